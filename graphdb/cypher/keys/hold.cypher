// Hold the keys of some rows, making those that are new, and mark those of which something changes.
//
// They come sorted, and after all entities: two writers cannot wait for each other.
UNWIND $rows AS row
MERGE (key:RowKey {key: row.key})
ON CREATE SET key.type = row.type
SET key.unsettled = CASE WHEN row.changes THEN coalesce(key.unsettled, 0) + 1 ELSE key.unsettled END
FINISH
