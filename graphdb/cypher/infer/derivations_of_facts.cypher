// List all derivations of some facts.
UNWIND $keys AS key
MATCH (derivation:Derivation {fact: key})
USING INDEX SEEK derivation:Derivation(fact)
RETURN derivation.fact AS fact, derivation.rule AS rule, derivation.premises AS premises,
  derivation.confidence AS confidence, coalesce(derivation.best, false) AS best
