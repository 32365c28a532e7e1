// List entities of some types page by page, with every key under which they were read.
MATCH (entity:Entity)
WHERE entity.key > $after AND entity.type IN $types AND entity.aliases IS NOT NULL
RETURN entity.key AS key, entity.type AS type, [entity.name] + entity.aliases AS texts
ORDER BY key
LIMIT $limit
