// List all derivations of some facts; each group is answered in one row.
UNWIND range(0, size($groups) - 1) AS group
UNWIND $groups[group] AS key
MATCH (derivation:Derivation {fact: key})
USING INDEX SEEK derivation:Derivation(fact)
RETURN group, collect([derivation.fact, derivation.rule, derivation.premises,
  derivation.confidence, coalesce(derivation.best, false)]) AS found
