// Weigh the evidence there is for each fact, and say whether rules have derived it, too.
//
// No row for a fact that has neither; one that only rules have has no witnesses.
UNWIND $facts AS fact
CALL (fact) {
  MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[states:STATES {fact: fact}]->(:Entity)
  USING INDEX SEEK states:STATES(fact)
  WHERE document.digest IS NOT NULL
  RETURN max(states.confidence) AS confidence, count(DISTINCT document) AS witnesses
}
CALL (fact) {
  MATCH (derivation:Derivation {fact: fact})
  USING INDEX SEEK derivation:Derivation(fact)
  RETURN count(derivation) > 0 AS is_derivable
}
WITH fact, confidence, witnesses, is_derivable
WHERE witnesses > 0 OR is_derivable
RETURN fact, confidence, witnesses, is_derivable
