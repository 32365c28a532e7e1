// Delete those entities that nothing mentions any more, and say which facts went with them.
//
// Labels of neighbours are asked for by name: given as `:Chunk` or `:Entity` they would let the
// planner begin with all nodes of the label, where it takes the entity to have more relationships.
UNWIND $keys AS key
CALL (key) {
  MATCH (entity:Entity {key: key})
  USING INDEX SEEK entity:Entity(key)
  WHERE NOT EXISTS {
    (entity)<-[mentions:MENTIONS]-(chunk)
    WHERE mentions.text IS NOT NULL AND 'Chunk' IN labels(chunk)
  }
  OPTIONAL MATCH (entity)-[fact]-(other)
  WHERE 'Entity' IN labels(other) AND fact.key IS NOT NULL AND fact.derived IS NOT NULL
  WITH entity, collect(DISTINCT CASE WHEN fact IS NOT NULL THEN {
    key: fact.key, type: type(fact), subject: startNode(fact).key, object: endNode(fact).key,
    subject_name: startNode(fact).name, object_name: endNode(fact).name,
    confidence: fact.confidence, rule: fact.rule
  } END) AS facts
  DETACH DELETE entity
  RETURN facts
}
RETURN key, facts
