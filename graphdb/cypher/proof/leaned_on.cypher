// Follow facts down to the derivations that they lean on, eight levels at a time.
//
// A proof may be thousands of levels deep, and one question a level would take as many round trips.
WITH $keys AS keys
CALL (keys) {
  UNWIND keys AS key
  MATCH (derivation:Derivation {fact: key})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.best
  RETURN collect(derivation) AS level_1
}
CALL (level_1) {
  UNWIND level_1 AS above
  UNWIND above.premises AS key
  WITH DISTINCT key
  MATCH (derivation:Derivation {fact: key})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.best
  RETURN collect(derivation) AS level_2
}
CALL (level_2) {
  UNWIND level_2 AS above
  UNWIND above.premises AS key
  WITH DISTINCT key
  MATCH (derivation:Derivation {fact: key})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.best
  RETURN collect(derivation) AS level_3
}
CALL (level_3) {
  UNWIND level_3 AS above
  UNWIND above.premises AS key
  WITH DISTINCT key
  MATCH (derivation:Derivation {fact: key})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.best
  RETURN collect(derivation) AS level_4
}
CALL (level_4) {
  UNWIND level_4 AS above
  UNWIND above.premises AS key
  WITH DISTINCT key
  MATCH (derivation:Derivation {fact: key})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.best
  RETURN collect(derivation) AS level_5
}
CALL (level_5) {
  UNWIND level_5 AS above
  UNWIND above.premises AS key
  WITH DISTINCT key
  MATCH (derivation:Derivation {fact: key})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.best
  RETURN collect(derivation) AS level_6
}
CALL (level_6) {
  UNWIND level_6 AS above
  UNWIND above.premises AS key
  WITH DISTINCT key
  MATCH (derivation:Derivation {fact: key})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.best
  RETURN collect(derivation) AS level_7
}
CALL (level_7) {
  UNWIND level_7 AS above
  UNWIND above.premises AS key
  WITH DISTINCT key
  MATCH (derivation:Derivation {fact: key})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.best
  RETURN collect(derivation) AS level_8
}
UNWIND level_1 + level_2 + level_3 + level_4 + level_5 + level_6 + level_7 + level_8 AS derivation
WITH DISTINCT derivation
MATCH (rule:RuleState {rule: derivation.rule})
USING INDEX SEEK rule:RuleState(rule)
RETURN derivation.fact AS key, derivation.rule AS rule, rule.sentence AS sentence,
  rule.confidence AS rule_confidence, rule.premise_types AS premise_types,
  derivation.premises AS premises, derivation.confidence AS confidence
