// Forget changes that have been followed to their end.
MATCH (change:FactChange)
WHERE change.seq <= $seq
DELETE change
FINISH
