// Say whether there is a document whose passages have vectors of a language.
MATCH (document:Document {embedded: $language})
USING INDEX SEEK document:Document(embedded)
WHERE document.digest IS NOT NULL
RETURN true AS is_any
LIMIT 1
