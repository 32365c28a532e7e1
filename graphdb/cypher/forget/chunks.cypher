// Name the chunks of a document.
MATCH (document:Document {id: $id})-[:HAS_CHUNK]->(chunk:Chunk)
USING INDEX SEEK document:Document(id)
WHERE chunk.key IS NOT NULL AND chunk.index IS NOT NULL
RETURN DISTINCT chunk.key AS key
