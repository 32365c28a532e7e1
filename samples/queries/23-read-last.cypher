// The documents that were read last, and by which model.
MATCH (document:Document)
RETURN document.id AS document, document.title AS title, document.ingested_at AS read, document.extractor AS model
ORDER BY read DESC
LIMIT 50
