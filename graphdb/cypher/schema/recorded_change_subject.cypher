// Recorded changes are found by the subject of their fact.
CREATE INDEX recorded_change_subject IF NOT EXISTS
FOR (change:RecordedChange) ON (change.subject)
