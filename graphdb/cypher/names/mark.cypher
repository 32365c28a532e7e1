// Mark names whose evidence has changed, so that resolution weighs them anew.
UNWIND $rows AS row
MERGE (record:NameRecord {key: row.key})
ON CREATE SET record.type = row.type
SET record.changed = true
FINISH
