// Note which rows of documents have keys, and what they are of.
UNWIND $rows AS row
MATCH (document:Document {id: row.document})
USING INDEX SEEK document:Document(id)
MATCH (key:RowKey {key: row.key})
USING INDEX SEEK key:RowKey(key)
CREATE (document)-[:HAS_ROW {entity: row.entity, name: row.name}]->(key)
FINISH
