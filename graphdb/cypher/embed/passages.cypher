// Say what some passages of a document are, in order.
MATCH (document:Document {id: $id})
USING INDEX SEEK document:Document(id)
WHERE document.digest IS NOT NULL
MATCH (document)-[:HAS_CHUNK]->(chunk)
WHERE 'Chunk' IN labels(chunk) AND chunk.index >= $first AND chunk.index < $end
RETURN chunk.key AS key, chunk.text AS text
ORDER BY chunk.index
