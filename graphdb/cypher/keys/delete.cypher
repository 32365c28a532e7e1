// Delete keys that no row has and no document names.
UNWIND $rows AS row
CALL (row) {
  MATCH (key:RowKey {key: row.key})
  USING INDEX SEEK key:RowKey(key)
  WHERE key.type IS NOT NULL AND NOT EXISTS { (key)<-[:HAS_ROW|NAMES_ROW]-() }
  DETACH DELETE key
}
FINISH
