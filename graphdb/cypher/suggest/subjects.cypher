// Take a sample of entities, the same for the same seed.
MATCH (entity:Entity)
WHERE entity.key >= $from AND entity.aliases IS NOT NULL
RETURN entity.key AS key
ORDER BY key
LIMIT $limit
