// Note that documents follow keys of rows, unless something has changed again.
UNWIND $rows AS row
MATCH (key:RowKey {key: row.key})
USING INDEX SEEK key:RowKey(key)
WHERE key.unsettled = row.unsettled
REMOVE key.unsettled
FINISH
