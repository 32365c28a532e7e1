// Recorded changes are found by their run.
CREATE INDEX recorded_change_run IF NOT EXISTS
FOR (change:RecordedChange) ON (change.run)
