// Every chunk belongs to exactly one document.
MATCH (chunk:Chunk)
WHERE chunk.key IS NOT NULL AND chunk.index IS NOT NULL
  AND COUNT { (document:Document)-[:HAS_CHUNK]->(chunk) WHERE document.digest IS NOT NULL } <> 1
RETURN chunk.key AS example
