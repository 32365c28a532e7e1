// Look facts of one type up.
UNWIND $keys AS key
MATCH (subject:Entity)-[fact:__TYPE__]->(object:Entity)
USING INDEX SEEK fact:__TYPE__(key)
WHERE fact.key = key
RETURN key, subject.key AS subject, object.key AS object, fact.confidence AS confidence,
  fact.derived AS derived, fact.rule AS rule, coalesce(fact.indirect, false) AS indirect
