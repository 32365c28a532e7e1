// Delete relationships that nothing supports any more.
//
// Both ends are looked up before what is between them: from one end alone, a hub's relationships
// would all be read. The subquery keeps the planner from joining the two steps, and toStringOrNull
// from scanning an index of keys that it takes to be empty; a stranger's key may be a list.
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
USING INDEX SEEK subject:Entity(key)
MATCH (object:Entity {key: row.object})
USING INDEX SEEK object:Entity(key)
CALL (subject, object, row) {
  MATCH (subject)-[fact:__TYPES__]->(object)
  WHERE toStringOrNull(fact.key) = row.key
  DELETE fact
}
FINISH
