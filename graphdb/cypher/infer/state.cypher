// Say how the last inference ended, if there was one, and by which rules the graph was derived.
OPTIONAL MATCH (state:InferenceState {name: 'rules'})
RETURN state.pending AS pending, state.blend AS blend, state.batch AS batch, state.denied AS denied,
  COLLECT {
    MATCH (rule:RuleState)
    WHERE rule.rule >= '' AND rule.sentence IS NOT NULL
    RETURN rule {.rule, .body, .confidence, .type, .sentence}
  } AS rules
