// Say which documents name some rows by key, and where.
UNWIND $keys AS key
MATCH (document:Document)-[named:NAMES_ROW]->(row:RowKey {key: key})
USING INDEX SEEK row:RowKey(key)
WHERE document.digest IS NOT NULL AND named.text IS NOT NULL
RETURN document.id AS document_id, document.source AS source, key, row.type AS type, named.text AS text,
  named.rows AS rows, named.columns AS columns
ORDER BY document_id, rows, columns
