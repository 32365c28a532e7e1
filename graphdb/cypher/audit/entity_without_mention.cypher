// Every entity is mentioned somewhere.
MATCH (entity:Entity)
WHERE NOT EXISTS { (:Chunk)-[:MENTIONS]->(entity) }
RETURN entity.type + ' ' + entity.name AS example
