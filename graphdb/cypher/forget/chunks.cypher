// Name the chunks of a document.
MATCH (document:Document {id: $id})-[:HAS_CHUNK]->(chunk:Chunk)
USING INDEX SEEK document:Document(id)
RETURN chunk.key AS key
