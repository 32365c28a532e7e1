// List all derivations by some rules.
UNWIND $rules AS rule
MATCH (derivation:Derivation {rule: rule})
USING INDEX SEEK derivation:Derivation(rule)
RETURN derivation.fact AS fact, derivation.rule AS rule, derivation.premises AS premises,
  derivation.confidence AS confidence, coalesce(derivation.best, false) AS best
