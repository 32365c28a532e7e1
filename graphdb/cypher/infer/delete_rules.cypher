// Forget rules that there are no more.
UNWIND $rules AS rule
MATCH (state:RuleState {rule: rule})
USING INDEX SEEK state:RuleState(rule)
DETACH DELETE state
FINISH
