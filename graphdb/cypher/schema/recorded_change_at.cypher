// Recorded changes are found by their time.
CREATE INDEX recorded_change_at IF NOT EXISTS
FOR (change:RecordedChange) ON (change.at)
