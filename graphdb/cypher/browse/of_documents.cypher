// Name the entities whose keys begin alike: those of one name, each of one document.
UNWIND $prefixes AS prefix
MATCH (entity:Entity)
USING INDEX SEEK entity:Entity(key)
WHERE entity.key STARTS WITH prefix AND entity.aliases IS NOT NULL
RETURN entity.key AS key
LIMIT $limit
