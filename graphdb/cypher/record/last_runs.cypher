// Name the nights that were begun last, the latest first.
MATCH (recorded:RecordedRun)
USING INDEX SEEK recorded:RecordedRun(at)
WHERE recorded.at > datetime({year: 1}) AND recorded.run IS NOT NULL
RETURN recorded.run AS run, recorded.source AS source, recorded.at AS at
ORDER BY at DESC
LIMIT $limit
