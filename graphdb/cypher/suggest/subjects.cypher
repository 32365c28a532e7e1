// Take a sample of entities, the same for the same seed.
MATCH (entity:Entity)
WHERE entity.key >= $from
RETURN entity.key AS key
ORDER BY key
LIMIT $limit
