// Weigh the evidence there is for each fact, and what is left of it when some documents have gone.
//
// Asked before they go: a look-up in an index has to be told what the transaction has deleted from
// it, which took longer than all the rest. Rules may have derived a fact, too; no row for a fact that
// has neither documents nor rules.
UNWIND $facts AS fact
CALL (fact) {
  MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[states:STATES {fact: fact}]->(:Entity)
  USING INDEX SEEK states:STATES(fact)
  WHERE document.digest IS NOT NULL
  WITH document, states.confidence AS confidence, document.id IN $leaving AS is_leaving
  RETURN max(confidence) AS confidence, count(DISTINCT document) AS witnesses,
    max(CASE WHEN NOT is_leaving THEN confidence END) AS confidence_left,
    count(DISTINCT CASE WHEN NOT is_leaving THEN document END) AS witnesses_left
}
CALL (fact) {
  MATCH (derivation:Derivation {fact: fact})
  USING INDEX SEEK derivation:Derivation(fact)
  RETURN count(derivation) > 0 AS is_derivable
}
WITH *
WHERE witnesses > 0 OR is_derivable
RETURN fact, confidence, witnesses, confidence_left, witnesses_left, is_derivable
