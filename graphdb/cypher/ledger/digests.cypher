// Say of which bytes each document of one source was made.
MATCH (document:Document {source: $source})
USING INDEX SEEK document:Document(source)
WHERE document.digest IS NOT NULL
RETURN document.id AS id, coalesce(document.raw_sha256, '') AS raw_sha256
