// Recorded nights are found by their time.
CREATE INDEX recorded_run_at IF NOT EXISTS
FOR (recorded:RecordedRun) ON (recorded.at)
