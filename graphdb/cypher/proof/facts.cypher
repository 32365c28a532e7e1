// Read facts of one type as a person does.
UNWIND $keys AS key
MATCH (subject:Entity)-[fact:__TYPE__]->(object:Entity)
USING INDEX SEEK fact:__TYPE__(key)
WHERE fact.key = key AND fact.derived IS NOT NULL
RETURN key, subject.name AS subject, '__TYPE__' AS type, object.name AS object,
  fact.confidence AS confidence, fact.derived AS derived
