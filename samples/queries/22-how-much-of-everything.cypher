// How much of everything is there? Things by their type.
MATCH (entity:Entity)
RETURN entity.type AS type, count(*) AS things, collect(entity.name)[..5] AS examples
ORDER BY things DESC
