// Note which rows documents name by key.
UNWIND $rows AS row
MATCH (document:Document {id: row.document})
USING INDEX SEEK document:Document(id)
MATCH (key:RowKey {key: row.key})
USING INDEX SEEK key:RowKey(key)
CREATE (document)-[:NAMES_ROW {text: row.text, rows: row.rows, columns: row.columns}]->(key)
FINISH
