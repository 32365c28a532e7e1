// Find the rows of all documents that have some keys.
UNWIND $keys AS key
MATCH (document:Document)-[row:HAS_ROW]->(named:RowKey {key: key})
USING INDEX SEEK named:RowKey(key)
WHERE document.digest IS NOT NULL AND row.entity IS NOT NULL
RETURN key, document.id AS document_id, document.source AS source, row.entity AS entity, row.name AS name
