// A document is known by the id its source gave it.
CREATE CONSTRAINT document_id IF NOT EXISTS
FOR (node:Document) REQUIRE node.id IS UNIQUE
