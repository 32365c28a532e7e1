// Say how many names are in each of some blocks.
UNWIND $blocks AS key
MATCH (block:NameBlock {key: key})
USING INDEX SEEK block:NameBlock(key)
RETURN collect([key, COUNT { (block)<-[:IN_BLOCK]-() }]) AS sizes
