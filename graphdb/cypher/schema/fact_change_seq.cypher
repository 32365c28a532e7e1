// Changes come one after the other.
CREATE CONSTRAINT fact_change_seq IF NOT EXISTS
FOR (node:FactChange) REQUIRE node.seq IS UNIQUE
