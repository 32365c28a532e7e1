// List the names of some blocks.
UNWIND $blocks AS key
MATCH (block:NameBlock {key: key})<-[:IN_BLOCK]-(record:NameRecord)
USING INDEX SEEK block:NameBlock(key)
RETURN DISTINCT record.key AS key
