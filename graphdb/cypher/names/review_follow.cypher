// Note which entities names are part of by now, for the pairs that wait for a person.
UNWIND $rows AS row
MATCH (record:NameRecord {key: row.key})
USING INDEX SEEK record:NameRecord(key)
SET record.entity = row.entity
FINISH
