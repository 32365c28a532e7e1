// Say how the last inference ended, if there was one.
MATCH (state:InferenceState {name: 'rules'})
RETURN state.pending AS pending, state.blend AS blend, state.batch AS batch, state.denied AS denied
