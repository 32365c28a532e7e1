// Note that derived facts follow from stated ones by the rules of now.
//
// The changes that have been followed to their end are forgotten with it.
MERGE (state:InferenceState {name: 'rules'})
SET state.pending = false, state.blend = $blend, state.denied = CASE WHEN $denied = [] THEN null ELSE $denied END
WITH state
MATCH (change:FactChange)
WHERE change.seq <= $seq AND change.facts IS NOT NULL
DETACH DELETE change
FINISH
