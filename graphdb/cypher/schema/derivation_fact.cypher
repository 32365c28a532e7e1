// All derivations of a fact are found by the fact's key.
CREATE INDEX derivation_fact IF NOT EXISTS
FOR (derivation:Derivation) ON (derivation.fact)
