// Give derivations the confidence they have now, and mark the one that its fact leans on.
UNWIND $rows AS row
CALL (row) {
  MATCH (derivation:Derivation {fact: row.fact})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.rule = row.rule AND derivation.premises = row.premises
  SET derivation.confidence = row.confidence, derivation.best = row.best
}
FINISH
