// Keys of rows that documents do not follow yet.
CREATE INDEX row_key_unsettled IF NOT EXISTS
FOR (node:RowKey) ON (node.unsettled)
