// Note that derived facts follow from stated ones by the rules of now, and forget the changes that
// have been followed to their end.
MERGE (state:InferenceState {name: 'rules'})
SET state.pending = false, state.blend = $blend, state.denied = CASE WHEN $denied = [] THEN null ELSE $denied END
WITH state
MATCH (change:FactChange)
WHERE change.seq <= $seq AND change.facts IS NOT NULL
DETACH DELETE change
FINISH
