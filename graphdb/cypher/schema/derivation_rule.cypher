// Derivations are found by their rule.
CREATE INDEX derivation_rule IF NOT EXISTS
FOR (derivation:Derivation) ON (derivation.rule)
