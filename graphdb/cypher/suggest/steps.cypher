// List the stated facts around some entities, hubs left out.
UNWIND $keys AS key
MATCH (entity:Entity {key: key})
USING INDEX SEEK entity:Entity(key)
WHERE count { (entity)--() } <= $max_degree
MATCH (entity)-[fact]-(other:Entity)
WHERE NOT fact.derived
RETURN key, type(fact) AS type, startNode(fact) = entity AS forwards, other.key AS other
