// List for each name those that share a block with it, blocks of too many names aside.
//
// How many names a block has is read from the node, without looking at them. One row of lists is
// read faster than a row each.
UNWIND $keys AS key
MATCH (record:NameRecord {key: key})-[:IN_BLOCK]->(block:NameBlock)
USING INDEX SEEK record:NameRecord(key)
WHERE COUNT { (block)<-[:IN_BLOCK]-() } <= $most
MATCH (block)<-[:IN_BLOCK]-(other:NameRecord)
WHERE other.key <> key
WITH key, collect(DISTINCT other.key) AS others
RETURN collect([key, others]) AS names
