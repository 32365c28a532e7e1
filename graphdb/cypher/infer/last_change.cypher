// Return how far what has been touched since the last inference goes.
MATCH (change:FactChange)
WHERE change.seq >= 0 AND change.facts IS NOT NULL
RETURN change.seq AS seq
ORDER BY seq DESC
LIMIT 1
