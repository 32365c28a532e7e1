// What rules concluded is found in the record by its run.
CREATE INDEX recorded_conclusions_run IF NOT EXISTS
FOR (recorded:RecordedConclusions) ON (recorded.run)
