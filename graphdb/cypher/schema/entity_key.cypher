// An entity is known by its type and name.
CREATE CONSTRAINT entity_key IF NOT EXISTS
FOR (node:Entity) REQUIRE node.key IS UNIQUE
