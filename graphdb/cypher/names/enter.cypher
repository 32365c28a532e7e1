// Put names into blocks.
UNWIND $rows AS row
MATCH (record:NameRecord {key: row.key})
USING INDEX SEEK record:NameRecord(key)
MERGE (block:NameBlock {key: row.block})
ON CREATE SET block.type = row.type
MERGE (record)-[:IN_BLOCK]->(block)
FINISH
