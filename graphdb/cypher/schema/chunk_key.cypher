// A chunk is known by its document and place.
CREATE CONSTRAINT chunk_key IF NOT EXISTS
FOR (node:Chunk) REQUIRE node.key IS UNIQUE
