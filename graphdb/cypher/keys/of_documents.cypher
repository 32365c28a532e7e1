// Say which rows with keys some documents have, and which they name.
UNWIND $ids AS id
MATCH (document:Document {id: id})-[row:HAS_ROW|NAMES_ROW]->(key:RowKey)
USING INDEX SEEK document:Document(id)
WHERE key.type IS NOT NULL AND (row.entity IS NOT NULL OR row.text IS NOT NULL)
RETURN id AS document, key.key AS key, key.type AS type, row.entity AS entity, row.name AS name
