// Say what some entities are called.
UNWIND $keys AS key
MATCH (entity:Entity {key: key})
USING INDEX SEEK entity:Entity(key)
RETURN entity.key AS key, entity.name AS name, entity.type AS type, entity.aliases AS aliases
ORDER BY name, type
