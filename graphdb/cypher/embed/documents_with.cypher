// List some documents whose passages have vectors of a language.
MATCH (document:Document {embedded: $language})
USING INDEX SEEK document:Document(embedded)
WHERE document.digest IS NOT NULL
RETURN document.id AS id
LIMIT $limit
