// Forget changes that have been followed to their end.
MATCH (change:FactChange)
WHERE change.seq <= $seq AND change.facts IS NOT NULL
DETACH DELETE change
FINISH
