// List the derivations of some facts with what their rules say, the one each fact leans on first.
UNWIND $keys AS key
MATCH (derivation:Derivation {fact: key})
USING INDEX SEEK derivation:Derivation(fact)
MATCH (rule:RuleState {rule: derivation.rule})
USING INDEX SEEK rule:RuleState(rule)
RETURN key, derivation.rule AS rule, rule.sentence AS sentence, rule.confidence AS rule_confidence,
  rule.premise_types AS premise_types, derivation.premises AS premises, derivation.confidence AS confidence
ORDER BY key, coalesce(derivation.best, false) DESC, confidence DESC, rule, premises
