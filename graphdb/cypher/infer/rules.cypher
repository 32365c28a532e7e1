// List the rules by which the graph was last derived.
MATCH (state:RuleState)
WHERE state.rule >= '' AND state.sentence IS NOT NULL
RETURN state.rule AS rule, state.body AS body, state.confidence AS confidence, state.type AS type,
  state.sentence AS sentence
