// Derivations are found by their second premise.
CREATE INDEX derivation_second IF NOT EXISTS
FOR (derivation:Derivation) ON (derivation.second)
