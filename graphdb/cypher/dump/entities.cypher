// All entities with the facts of which each is the subject, in order of key.
MATCH (entity:Entity)
WHERE entity.key IS NOT NULL AND entity.aliases IS NOT NULL
WITH entity
ORDER BY entity.key
RETURN entity.key AS key, [label IN labels(entity) WHERE label IN ['Entity', entity.type]] AS labels, entity {.*, earliest: toString(entity.earliest), latest: toString(entity.latest)} AS properties,
  [(entity)-[fact]->(object:Entity) WHERE fact.derived IS NOT NULL | {type: type(fact), object: object.key, properties: properties(fact)}] AS facts
