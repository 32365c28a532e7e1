// Delete derivations of which a premise is gone, or the condition no longer holds.
//
// All of the batch are found before the first is deleted, for speed, as in delete_facts.
UNWIND $rows AS row
MATCH (derivation:Derivation {fact: row.fact})
USING INDEX SEEK derivation:Derivation(fact)
WHERE derivation.rule = row.rule AND derivation.premises = row.premises
DETACH DELETE derivation
FINISH
