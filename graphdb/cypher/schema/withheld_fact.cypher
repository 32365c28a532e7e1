// Evidence of a fact that a person called wrong is found by the fact's key.
CREATE INDEX withheld_fact IF NOT EXISTS
FOR ()-[withheld:WITHHELD]-() ON (withheld.fact)
