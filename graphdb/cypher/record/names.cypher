// Say what entities are called.
UNWIND $keys AS key
MATCH (entity:Entity {key: key})
USING INDEX SEEK entity:Entity(key)
RETURN key, entity.name AS name
