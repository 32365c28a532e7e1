// Derivations are found by their third premise.
CREATE INDEX derivation_third IF NOT EXISTS
FOR (derivation:Derivation) ON (derivation.third)
