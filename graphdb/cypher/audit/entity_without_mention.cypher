// Every entity is mentioned somewhere.
MATCH (entity:Entity)
WHERE entity.key IS NOT NULL AND entity.aliases IS NOT NULL
  AND NOT EXISTS { (:Chunk)-[mentions:MENTIONS]->(entity) WHERE mentions.text IS NOT NULL }
RETURN entity.type + ' ' + entity.name AS example
