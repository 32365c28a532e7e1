// List all derivations by some rules.
UNWIND $rules AS rule
MATCH (derivation:Derivation {rule: rule})
USING INDEX SEEK derivation:Derivation(rule)
RETURN [derivation.fact, derivation.rule, derivation.premises, derivation.confidence,
  coalesce(derivation.best, false)] AS found
