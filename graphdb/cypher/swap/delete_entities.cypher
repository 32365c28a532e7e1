// Delete those entities that nothing mentions any more, and say which facts went with them.
UNWIND $keys AS key
CALL (key) {
  MATCH (entity:Entity {key: key})
  USING INDEX SEEK entity:Entity(key)
  WHERE NOT EXISTS { (entity)<-[mentions:MENTIONS]-(:Chunk) WHERE mentions.text IS NOT NULL }
  OPTIONAL MATCH (entity)-[fact]-(:Entity)
  WHERE fact.key IS NOT NULL AND fact.derived IS NOT NULL
  WITH entity, collect(DISTINCT CASE WHEN fact IS NOT NULL THEN {
    key: fact.key, type: type(fact), subject: startNode(fact).key, object: endNode(fact).key
  } END) AS facts
  DETACH DELETE entity
  RETURN facts
}
RETURN key, facts
