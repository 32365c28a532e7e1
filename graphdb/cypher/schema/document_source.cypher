// The ledger is read source by source.
CREATE INDEX document_source IF NOT EXISTS
FOR (document:Document) ON (document.source)
