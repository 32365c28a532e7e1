// Rows of tables are found by their keys.
CREATE CONSTRAINT row_key_key IF NOT EXISTS
FOR (node:RowKey) REQUIRE node.key IS UNIQUE
