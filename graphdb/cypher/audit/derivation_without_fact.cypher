// Every derivation is of a fact that is there, once the rules have heard of all changes.
OPTIONAL MATCH (state:InferenceState {name: 'rules'})
WITH coalesce(state.pending, false) AS pending
WHERE NOT pending AND NOT EXISTS { MATCH (change:FactChange) WHERE change.seq >= 0 }
CALL () {
  MATCH (derivation:Derivation)
  WHERE derivation.premises IS NOT NULL
  RETURN derivation.fact AS key, derivation.rule AS rule
  UNION ALL
  MATCH (:Entity)-[fact]->(:Entity)
  WHERE fact.derived IS NOT NULL
  RETURN fact.key AS key, null AS rule
}
WITH key, count(*) AS all, collect(DISTINCT rule) AS rules, count(rule) AS derivations
WHERE all = derivations
RETURN rules[0] + ' of ' + key AS example
