// Every chunk belongs to exactly one document.
MATCH (chunk:Chunk)
WHERE COUNT { (:Document)-[:HAS_CHUNK]->(chunk) } <> 1
RETURN chunk.key AS example
