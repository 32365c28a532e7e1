// Say what documents call the entities that names are part of.
//
// One row of lists is read faster than a row each.
UNWIND $rows AS row
MATCH (entity:Entity {key: row.entity})
USING INDEX SEEK entity:Entity(key)
WHERE entity.aliases IS NOT NULL
RETURN collect([row.key, entity.type, [entity.name] + entity.aliases]) AS names
