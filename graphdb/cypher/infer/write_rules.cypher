// Note the rules by which the graph is derived.
UNWIND $rows AS row
MERGE (state:RuleState {rule: row.rule})
SET state.body = row.body, state.confidence = row.confidence, state.type = row.type,
  state.sentence = row.sentence, state.premise_types = row.premise_types
FINISH
