// Delete those entities that nothing mentions any more, and say which facts went with them.
UNWIND $keys AS key
CALL (key) {
  MATCH (entity:Entity {key: key})
  USING INDEX SEEK entity:Entity(key)
  WHERE NOT EXISTS { (entity)<-[:MENTIONS]-() }
  OPTIONAL MATCH (entity)-[fact]-(:Entity)
  WITH entity, collect(DISTINCT CASE WHEN fact IS NOT NULL THEN {
    key: fact.key, type: type(fact), subject: startNode(fact).key, object: endNode(fact).key
  } END) AS facts
  DETACH DELETE entity
  RETURN facts
}
RETURN key, facts
