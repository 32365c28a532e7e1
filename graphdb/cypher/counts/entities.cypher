// Count the entities.
MATCH (entity:Entity)
WHERE entity.aliases IS NOT NULL
RETURN count(entity) AS n
