// Delete derivations of which a premise is gone, or the condition no longer holds.
UNWIND $rows AS row
CALL (row) {
  MATCH (derivation:Derivation {fact: row.fact})
  USING INDEX SEEK derivation:Derivation(fact)
  WHERE derivation.rule = row.rule AND derivation.premises = row.premises
  DELETE derivation
}
FINISH
