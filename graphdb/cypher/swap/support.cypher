// Weigh the evidence there is for each fact; no row for a fact without any.
UNWIND $facts AS fact
MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[states:STATES {fact: fact}]->(:Entity)
USING INDEX SEEK states:STATES(fact)
WHERE document.digest IS NOT NULL
RETURN fact, max(states.confidence) AS confidence, count(DISTINCT document) AS witnesses
