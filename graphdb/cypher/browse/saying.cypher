// Find passages by their words, the nearest first, with some of the entities that each one names.
CALL db.index.fulltext.queryNodes('chunk_texts', $words, {limit: $limit})
YIELD node AS chunk, score
WHERE chunk.index IS NOT NULL
MATCH (document)-[:HAS_CHUNK]->(chunk)
WHERE 'Document' IN labels(document) AND document.digest IS NOT NULL
CALL (chunk) {
  MATCH (chunk)-[mentions:MENTIONS]->(entity)
  WHERE mentions.text IS NOT NULL AND entity.aliases IS NOT NULL
  WITH DISTINCT entity
  ORDER BY entity.name
  LIMIT 8
  RETURN collect({key: entity.key, name: entity.name, type: entity.type, aliases: entity.aliases}) AS entities
}
RETURN document.id AS document_id, chunk.key AS key, chunk.page AS page, chunk.text AS text, entities
ORDER BY score DESC, document_id, chunk.index
