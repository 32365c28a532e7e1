// A derived fact is as sure as its surest derivation, once the rules have heard of all changes.
OPTIONAL MATCH (state:InferenceState {name: 'rules'})
WITH coalesce(state.pending, false) AS pending
WHERE NOT pending AND NOT EXISTS { MATCH (change:FactChange) WHERE change.seq >= 0 }
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE fact.derived
CALL (fact) {
  MATCH (derivation:Derivation {fact: fact.key})
  USING INDEX SEEK derivation:Derivation(fact)
  RETURN max(derivation.confidence) AS confidence
}
WITH subject, fact, object, confidence
WHERE confidence IS NULL OR fact.confidence IS NULL OR abs(fact.confidence - confidence) > 1e-9
RETURN subject.name + ' ' + type(fact) + ' ' + object.name AS example
