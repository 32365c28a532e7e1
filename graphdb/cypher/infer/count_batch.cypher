// Count this transaction, unless it has been counted: then it was committed before.
MERGE (state:InferenceState {name: 'rules'})
WITH state, coalesce(state.batch, 0) < $batch AS is_new
SET state.batch = $batch
RETURN is_new
