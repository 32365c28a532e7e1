// What was recorded with documents is found by its document.
CREATE INDEX recorded_document_document IF NOT EXISTS
FOR (recorded:RecordedDocument) ON (recorded.document)
