// There is one schema version of a graph.
CREATE CONSTRAINT schema_version_name IF NOT EXISTS
FOR (node:SchemaVersion) REQUIRE node.name IS UNIQUE
