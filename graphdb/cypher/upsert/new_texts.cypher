// Find entities that lack one of the row's texts among their name and aliases.
UNWIND $rows AS row
MATCH (entity:Entity {key: row.key})
USING INDEX SEEK entity:Entity(key)
WHERE any(text IN row.texts WHERE text <> entity.name AND NOT text IN entity.aliases)
RETURN row.key AS key, entity.type AS type, [entity.name] + entity.aliases AS texts
