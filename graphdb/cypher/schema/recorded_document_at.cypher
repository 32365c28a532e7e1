// What was recorded with documents is found by its time.
CREATE INDEX recorded_document_at IF NOT EXISTS
FOR (recorded:RecordedDocument) ON (recorded.at)
