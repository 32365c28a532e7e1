// Forget rules that there are no more.
UNWIND $rules AS rule
MATCH (state:RuleState {rule: rule})
DELETE state
FINISH
