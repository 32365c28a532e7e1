// List all facts of one type.
MATCH (subject)-[fact:__TYPE__]->(object)
WHERE fact.key IS NOT NULL AND fact.derived IS NOT NULL
RETURN [fact.key, subject.key, object.key, fact.confidence, fact.derived, fact.rule,
  coalesce(fact.indirect, false)] AS found
