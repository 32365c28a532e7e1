// Name those pairs of entities between which there is a fact of one type.
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
USING INDEX SEEK subject:Entity(key)
MATCH (object:Entity {key: row.object})
USING INDEX SEEK object:Entity(key)
CALL (subject, object) {
  MATCH (subject)-[fact:__TYPE__]->(object)
  RETURN fact
}
RETURN row.subject AS subject, row.object AS object
