// Names meet in blocks, each known by its key.
CREATE CONSTRAINT name_block_key IF NOT EXISTS
FOR (node:NameBlock) REQUIRE node.key IS UNIQUE
