// Name the chunks of a document.
//
// toStringOrNull keeps the planner from scanning an index of chunks that it takes to be empty.
MATCH (document:Document {id: $id})-[:HAS_CHUNK]->(chunk:Chunk)
USING INDEX SEEK document:Document(id)
WHERE toStringOrNull(chunk.key) IS NOT NULL AND chunk.index IS NOT NULL
RETURN DISTINCT chunk.key AS key
