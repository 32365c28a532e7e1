// List all derivations that have one of some facts as a premise.
UNWIND $keys AS key
CALL (key) {
  MATCH (derivation:Derivation {first: key})
  RETURN derivation
  UNION
  MATCH (derivation:Derivation {second: key})
  RETURN derivation
  UNION
  MATCH (derivation:Derivation {third: key})
  RETURN derivation
  UNION
  MATCH (derivation:Derivation {fourth: key})
  RETURN derivation
}
RETURN derivation.fact AS fact, derivation.rule AS rule, derivation.premises AS premises,
  derivation.confidence AS confidence, coalesce(derivation.best, false) AS best
