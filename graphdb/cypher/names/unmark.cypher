// Note that names have been weighed.
UNWIND $keys AS key
MATCH (record:NameRecord {key: key})
USING INDEX SEEK record:NameRecord(key)
REMOVE record.changed
FINISH
