// List all facts of one type.
MATCH (subject)-[fact:__TYPE__]->(object)
WHERE fact.key IS NOT NULL
RETURN fact.key AS key, subject.key AS subject, object.key AS object, fact.confidence AS confidence,
  fact.derived AS derived, fact.rule AS rule, coalesce(fact.indirect, false) AS indirect
