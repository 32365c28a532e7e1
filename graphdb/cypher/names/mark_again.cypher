// Mark names that share a block of which other names are compared now.
UNWIND $keys AS key
MATCH (record:NameRecord {key: key})
USING INDEX SEEK record:NameRecord(key)
SET record.changed = true
FINISH
