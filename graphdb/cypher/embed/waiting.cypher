// List some documents whose passages wait for vectors.
MATCH (document:Document {embedded: ''})
USING INDEX SEEK document:Document(embedded)
WHERE document.digest IS NOT NULL
RETURN document.id AS id, document.language AS language
LIMIT $limit
