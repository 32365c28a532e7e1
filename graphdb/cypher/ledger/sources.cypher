// The names under which documents are kept.
MATCH (document:Document)
WHERE document.source >= ''
RETURN DISTINCT document.source AS source
ORDER BY source
