// All entities with the facts of which each is the subject, in order of key.
MATCH (entity:Entity)
WHERE entity.key IS NOT NULL
WITH entity
ORDER BY entity.key
RETURN entity.key AS key, labels(entity) AS labels, properties(entity) AS properties,
  [(entity)-[fact]->(object:Entity) | {type: type(fact), object: object.key, properties: properties(fact)}] AS facts
