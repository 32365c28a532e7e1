// Derivations are found by their fourth premise.
CREATE INDEX derivation_fourth IF NOT EXISTS
FOR (derivation:Derivation) ON (derivation.fourth)
