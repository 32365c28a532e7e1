// What rules concluded is found in the record by its time.
CREATE INDEX recorded_conclusions_at IF NOT EXISTS
FOR (recorded:RecordedConclusions) ON (recorded.at)
