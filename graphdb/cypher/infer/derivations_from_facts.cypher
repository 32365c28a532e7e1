// List all derivations that have one of some facts as a premise; each group is answered in one row.
UNWIND range(0, size($groups) - 1) AS group
UNWIND $groups[group] AS key
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
RETURN group, collect([derivation.fact, derivation.rule, derivation.premises,
  derivation.confidence, coalesce(derivation.best, false)]) AS found
