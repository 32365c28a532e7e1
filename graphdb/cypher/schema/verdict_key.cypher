// A fact between two names has one verdict.
CREATE CONSTRAINT verdict_key IF NOT EXISTS
FOR (verdict:Verdict) REQUIRE verdict.key IS UNIQUE
