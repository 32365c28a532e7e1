// Derivations are found by their first premise.
CREATE INDEX derivation_first IF NOT EXISTS
FOR (derivation:Derivation) ON (derivation.first)
