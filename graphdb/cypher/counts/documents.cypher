// Count the documents.
MATCH (document:Document)
WHERE document.digest IS NOT NULL
RETURN count(document) AS n
