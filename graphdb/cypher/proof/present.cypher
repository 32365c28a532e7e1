// Name those pairs of entities between which there is a fact of one type.
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
MATCH (object:Entity {key: row.object})
CALL (subject, object) {
  MATCH (subject)-[fact:__TYPE__]->(object)
  RETURN fact
}
RETURN row.subject AS subject, row.object AS object
