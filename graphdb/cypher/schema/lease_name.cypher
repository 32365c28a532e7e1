// There is one lease on a graph.
CREATE CONSTRAINT lease_name IF NOT EXISTS
FOR (node:Lease) REQUIRE node.name IS UNIQUE
