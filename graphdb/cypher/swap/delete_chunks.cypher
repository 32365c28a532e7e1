// Delete the chunks of some documents with all the evidence in them.
UNWIND $ids AS id
CALL (id) {
  MATCH (:Document {id: id})-[:HAS_CHUNK]->(chunk:Chunk)
  DETACH DELETE chunk
}
FINISH
