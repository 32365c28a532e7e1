// Forget which rows with keys some documents have, and which they name.
UNWIND $ids AS id
CALL (id) {
  MATCH (document:Document {id: id})-[row:HAS_ROW|NAMES_ROW]->(key:RowKey)
  USING INDEX SEEK document:Document(id)
  WHERE key.type IS NOT NULL AND (row.entity IS NOT NULL OR row.text IS NOT NULL)
  DELETE row
}
FINISH
