// Delete documents whose chunks are gone, and whatever relationships others have drawn to them.
UNWIND $ids AS id
CALL (id) {
  MATCH (document:Document {id: id})
  USING INDEX SEEK document:Document(id)
  WHERE document.digest IS NOT NULL
  DETACH DELETE document
}
FINISH
