// List all derivations that have one of some facts as a premise.
UNWIND $keys AS key
CALL (key) {
  MATCH (derivation:Derivation {first: key})
  USING INDEX SEEK derivation:Derivation(first)
  RETURN derivation
  UNION
  MATCH (derivation:Derivation {second: key})
  USING INDEX SEEK derivation:Derivation(second)
  RETURN derivation
  UNION
  MATCH (derivation:Derivation {third: key})
  USING INDEX SEEK derivation:Derivation(third)
  RETURN derivation
  UNION
  MATCH (derivation:Derivation {fourth: key})
  USING INDEX SEEK derivation:Derivation(fourth)
  RETURN derivation
}
RETURN derivation.fact AS fact, derivation.rule AS rule, derivation.premises AS premises,
  derivation.confidence AS confidence, coalesce(derivation.best, false) AS best
