// Find places that name an entity, the surest first.
MATCH (entity:Entity {key: $key})
USING INDEX SEEK entity:Entity(key)
MATCH (document)-[:HAS_CHUNK]->(chunk)-[mentions:MENTIONS]->(entity)
WHERE 'Document' IN labels(document) AND document.digest IS NOT NULL
  AND 'Chunk' IN labels(chunk) AND chunk.index IS NOT NULL AND mentions.text IS NOT NULL
RETURN document.id AS document_id, chunk.page AS page, chunk.text AS text, mentions.start - chunk.start AS start, mentions.end - chunk.start AS end
ORDER BY mentions.confidence DESC, document_id, start
LIMIT $limit
