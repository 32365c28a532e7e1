// Put names into blocks.
UNWIND $rows AS row
MATCH (record:NameRecord {key: row.key})
USING INDEX SEEK record:NameRecord(key)
UNWIND row.blocks AS key
MERGE (block:NameBlock {key: key})
ON CREATE SET block.type = row.type
MERGE (record)-[:IN_BLOCK]->(block)
FINISH
