// Take names out of blocks, and delete blocks that are empty then.
UNWIND $rows AS row
MATCH (record:NameRecord {key: row.key})
USING INDEX SEEK record:NameRecord(key)
MATCH (block:NameBlock {key: row.block})
USING INDEX SEEK block:NameBlock(key)
MATCH (record)-[membership:IN_BLOCK]->(block)
DELETE membership
WITH DISTINCT block
WHERE NOT EXISTS { (block)<-[:IN_BLOCK]-() }
DELETE block
FINISH
