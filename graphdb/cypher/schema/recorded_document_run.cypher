// What was recorded with documents is found by its run.
CREATE INDEX recorded_document_run IF NOT EXISTS
FOR (recorded:RecordedDocument) ON (recorded.run)
