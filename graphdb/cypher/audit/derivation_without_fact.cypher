// Every derivation is of a fact that is there, once the rules have heard of all changes.
OPTIONAL MATCH (state:InferenceState {name: 'rules'})
WITH coalesce(state.pending, false) AS pending
WHERE NOT pending AND NOT EXISTS { MATCH (:FactChange) }
CALL () {
  MATCH (derivation:Derivation)
  RETURN derivation.fact AS key, derivation.rule AS rule
  UNION ALL
  MATCH (:Entity)-[fact]->(:Entity)
  RETURN fact.key AS key, null AS rule
}
WITH key, count(*) AS all, collect(DISTINCT rule) AS rules, count(rule) AS derivations
WHERE all = derivations
RETURN rules[0] + ' of ' + key AS example
