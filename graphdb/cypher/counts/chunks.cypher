// Count the chunks.
MATCH (chunk:Chunk)
WHERE chunk.key IS NOT NULL AND chunk.index IS NOT NULL
RETURN count(chunk) AS n
