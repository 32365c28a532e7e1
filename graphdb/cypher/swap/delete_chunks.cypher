// Delete the chunks of some documents with all the evidence in them.
UNWIND $ids AS id
CALL (id) {
  MATCH (document:Document {id: id})-[:HAS_CHUNK]->(chunk:Chunk)
  USING INDEX SEEK document:Document(id)
  DETACH DELETE chunk
}
FINISH
