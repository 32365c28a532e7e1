// List what has been touched since the last inference, in order, some entries at a time.
MATCH (change:FactChange)
WHERE change.seq > $after AND change.facts IS NOT NULL
RETURN change.seq AS seq, change.added AS added, change.removed AS removed,
  change.entities AS entities, change.facts AS facts, change.types AS types,
  change.subjects AS subjects, change.objects AS objects
ORDER BY seq
LIMIT $n
