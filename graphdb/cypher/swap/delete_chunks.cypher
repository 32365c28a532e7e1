// Delete the chunks of some documents with all the evidence in them.
//
// toStringOrNull keeps the planner from scanning an index of chunks that it takes to be empty.
UNWIND $ids AS id
CALL (id) {
  MATCH (document:Document {id: id})-[:HAS_CHUNK]->(chunk:Chunk)
  USING INDEX SEEK document:Document(id)
  WHERE toStringOrNull(chunk.key) IS NOT NULL AND chunk.index IS NOT NULL
  DETACH DELETE chunk
}
FINISH
