// Find the night of a run that was begun last.
//
// Nights are few: one for each source and day of the history that is kept.
MATCH (recorded:RecordedRun)
USING INDEX SEEK recorded:RecordedRun(at)
WHERE recorded.at > datetime({year: 1}) AND recorded.run = $run
RETURN recorded.run AS run, recorded.source AS source, recorded.at AS at
ORDER BY at DESC
LIMIT 1
