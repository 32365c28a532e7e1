// One name, several things: to be merged, or rightly two?
MATCH (entity:Entity)
WITH toLower(entity.name) AS name, collect(entity) AS entities
WHERE size(entities) > 1
UNWIND entities AS entity
RETURN name, entity.type AS type, entity.key AS key, entity.aliases AS also
ORDER BY name
LIMIT 100
