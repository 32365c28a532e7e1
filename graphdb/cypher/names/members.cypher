// List the names of some blocks, and whether a person is asked about them.
UNWIND $blocks AS key
MATCH (block:NameBlock {key: key})<-[:IN_BLOCK]-(record:NameRecord)
USING INDEX SEEK block:NameBlock(key)
WITH DISTINCT record
RETURN collect([record.key, EXISTS { (record)-[:TO_REVIEW]-() }]) AS names
