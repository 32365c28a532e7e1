// The names under which documents are kept.
MATCH (document:Document)
WHERE document.source >= '' AND document.digest IS NOT NULL
RETURN DISTINCT document.source AS source
ORDER BY source
