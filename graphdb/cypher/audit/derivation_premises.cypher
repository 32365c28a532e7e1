// Every derivation rests on facts that are there, once the rules have heard of all changes.
OPTIONAL MATCH (state:InferenceState {name: 'rules'})
WITH coalesce(state.pending, false) AS pending
WHERE NOT pending AND NOT EXISTS { MATCH (change:FactChange) WHERE change.seq >= 0 }
CALL () {
  MATCH (derivation:Derivation)
  UNWIND derivation.premises AS premise
  RETURN premise AS key, derivation.rule AS rule
  UNION ALL
  MATCH (:Entity)-[fact]->(:Entity)
  WHERE fact.derived IS NOT NULL
  RETURN fact.key AS key, null AS rule
}
WITH key, count(*) AS all, collect(DISTINCT rule) AS rules, count(rule) AS uses
WHERE all = uses
RETURN rules[0] + ' from ' + key AS example
