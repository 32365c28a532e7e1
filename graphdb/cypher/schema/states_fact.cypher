// All evidence of a fact is found by the fact's key.
CREATE INDEX states_fact IF NOT EXISTS
FOR ()-[states:STATES]-() ON (states.fact)
