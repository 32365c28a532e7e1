// Note that derived facts follow from stated ones by the rules of now.
MERGE (state:InferenceState {name: 'rules'})
SET state.pending = false, state.blend = $blend, state.denied = CASE WHEN $denied = [] THEN null ELSE $denied END
FINISH
