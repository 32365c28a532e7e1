// Name the chunks of a document.
MATCH (:Document {id: $id})-[:HAS_CHUNK]->(chunk:Chunk)
RETURN chunk.key AS key
