// Say in which blocks names are, as of the last resolution.
UNWIND $keys AS key
MATCH (record:NameRecord {key: key})-[:IN_BLOCK]->(block:NameBlock)
USING INDEX SEEK record:NameRecord(key)
RETURN key, collect(block.key) AS blocks
