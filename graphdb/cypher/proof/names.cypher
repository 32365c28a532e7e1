// Say what some entities are called.
UNWIND $keys AS key
MATCH (entity:Entity {key: key})
USING INDEX SEEK entity:Entity(key)
RETURN key, entity.name AS name, entity.type AS type
