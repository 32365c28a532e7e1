// Delete documents whose chunks are gone.
UNWIND $ids AS id
CALL (id) {
  MATCH (document:Document {id: id})
  USING INDEX SEEK document:Document(id)
  DELETE document
}
FINISH
