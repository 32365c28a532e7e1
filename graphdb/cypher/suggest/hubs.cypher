// Name those of some entities that are too well connected to be looked through.
UNWIND $keys AS key
MATCH (entity:Entity {key: key})
USING INDEX SEEK entity:Entity(key)
WHERE count { (entity)--() } > $max_degree
RETURN entity.name AS name
