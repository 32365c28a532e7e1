// Rename entities whose set of texts has changed.
UNWIND $rows AS row
MATCH (entity:Entity {key: row.key})
SET entity.name = row.name, entity.aliases = row.aliases
FINISH
