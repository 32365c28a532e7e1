// Say whether there is a fact of one type between two entities.
MATCH (subject:Entity {key: $subject})
USING INDEX SEEK subject:Entity(key)
MATCH (object:Entity {key: $object})
USING INDEX SEEK object:Entity(key)
CALL (subject, object) {
  MATCH (subject)-[fact:__TYPE__]->(object)
  WHERE fact.derived IS NOT NULL
  RETURN fact
}
RETURN subject.key AS subject, object.key AS object
LIMIT $limit
