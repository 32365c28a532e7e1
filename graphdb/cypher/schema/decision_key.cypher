// There is one decision about two names.
CREATE CONSTRAINT decision_key IF NOT EXISTS
FOR (node:Decision) REQUIRE node.key IS UNIQUE
