// Delete the nights that were recorded longer ago than history is kept, and say since when it is.
MATCH (version:SchemaVersion {name: 'nightloom'})
WITH version, datetime() - duration({days: $days}) AS kept_since
WHERE version.recorded_since < kept_since
SET version.recorded_since = kept_since
WITH kept_since
MATCH (recorded:RecordedRun)
USING INDEX SEEK recorded:RecordedRun(at)
WHERE recorded.at < kept_since AND recorded.run IS NOT NULL
DELETE recorded
FINISH
