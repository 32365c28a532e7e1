// Say what documents call the entities that names are part of.
UNWIND $rows AS row
MATCH (entity:Entity {key: row.entity})
USING INDEX SEEK entity:Entity(key)
WHERE entity.aliases IS NOT NULL
RETURN row.key AS key, entity.type AS type, [entity.name] + entity.aliases AS texts
