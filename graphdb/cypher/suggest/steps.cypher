// List the stated facts around some entities, hubs left out.
//
// Given as `:Entity`, the label would let the planner begin with all entities, where it takes
// them to have many relationships.
UNWIND $keys AS key
MATCH (entity:Entity {key: key})
USING INDEX SEEK entity:Entity(key)
WHERE count { (entity)--() } <= $max_degree
MATCH (entity)-[fact]-(other)
WHERE NOT fact.derived AND 'Entity' IN labels(other)
RETURN key, type(fact) AS type, startNode(fact) = entity AS forwards, other.key AS other
