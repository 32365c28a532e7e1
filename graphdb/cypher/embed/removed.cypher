// Take the vectors of some documents' passages away, and have the documents wait for others.
UNWIND $ids AS id
MATCH (document:Document {id: id})
USING INDEX SEEK document:Document(id)
WHERE document.digest IS NOT NULL
SET document.embedded = ''
WITH document
CALL (document) {
  MATCH (document)-[:HAS_CHUNK]->(chunk)
  WHERE 'Chunk' IN labels(chunk) AND chunk.index IS NOT NULL
  REMOVE chunk.embedding_en, chunk.embedding_zh
}
FINISH
