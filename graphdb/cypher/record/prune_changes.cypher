// Delete some of the changes that were recorded longer ago than history is kept, and say how many.
MATCH (change:RecordedChange)
USING INDEX SEEK change:RecordedChange(at)
WHERE change.at < datetime() - duration({days: $days}) AND change.fact IS NOT NULL
WITH change
LIMIT $limit
DELETE change
RETURN count(*) AS n
