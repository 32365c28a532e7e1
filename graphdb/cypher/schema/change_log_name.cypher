// There is one count of changes.
CREATE CONSTRAINT change_log_name IF NOT EXISTS
FOR (node:ChangeLog) REQUIRE node.name IS UNIQUE
