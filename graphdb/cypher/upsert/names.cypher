// Rename entities whose set of texts has changed.
UNWIND $rows AS row
MATCH (entity:Entity {key: row.key})
USING INDEX SEEK entity:Entity(key)
SET entity.name = row.name, entity.aliases = row.aliases
FINISH
