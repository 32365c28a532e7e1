// Recorded changes are found by the object of their fact.
CREATE INDEX recorded_change_object IF NOT EXISTS
FOR (change:RecordedChange) ON (change.object)
