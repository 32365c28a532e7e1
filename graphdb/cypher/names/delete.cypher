// Delete the records of names that no document has any more.
UNWIND $keys AS key
MATCH (record:NameRecord {key: key})
USING INDEX SEEK record:NameRecord(key)
WHERE record.type IS NOT NULL
DETACH DELETE record
FINISH
