// Look up the fact of one type between any of some entities and any of some others.
UNWIND $subjects AS subject_key
MATCH (subject:Entity {key: subject_key})
USING INDEX SEEK subject:Entity(key)
UNWIND $objects AS object_key
MATCH (object:Entity {key: object_key})
USING INDEX SEEK object:Entity(key)
CALL (subject, object) {
  MATCH (subject)-[fact:__TYPE__]->(object)
  WHERE fact.derived IS NOT NULL
  RETURN fact
}
RETURN fact.key AS key, subject.name AS subject, '__TYPE__' AS type, object.name AS object,
  fact.confidence AS confidence, fact.derived AS derived
