// Let some documents that were written before there were vectors wait for them, and say how many.
MATCH (document:Document)
WHERE document.id >= $after AND document.digest IS NOT NULL AND document.embedded IS NULL
WITH document
ORDER BY document.id
LIMIT $limit
SET document.embedded = ''
RETURN count(*) AS n, max(document.id) AS last
