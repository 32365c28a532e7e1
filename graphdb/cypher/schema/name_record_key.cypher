// A name that resolution weighs is known by the key that it is read as.
CREATE CONSTRAINT name_record_key IF NOT EXISTS
FOR (node:NameRecord) REQUIRE node.key IS UNIQUE
