// Delete some of what was recorded of rules longer ago than history is kept, and say how much.
MATCH (recorded:RecordedConclusions)
USING INDEX SEEK recorded:RecordedConclusions(at)
WHERE recorded.at < datetime() - duration({days: $days}) AND recorded.facts IS NOT NULL
WITH recorded, size(recorded.facts) AS n_facts
LIMIT $limit
DELETE recorded
RETURN sum(n_facts) AS n
