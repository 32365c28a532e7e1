// Note that an inference has begun which takes more than one transaction.
MERGE (state:InferenceState {name: 'rules'})
SET state.pending = true
FINISH
