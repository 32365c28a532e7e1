// Name the documents that state some facts, be it that their evidence counts or is withheld.
UNWIND $facts AS fact
CALL (fact) {
  MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[states:STATES {fact: fact}]->(:Entity)
  USING INDEX SEEK states:STATES(fact)
  RETURN document
  UNION
  MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[withheld:WITHHELD {fact: fact}]->(:Entity)
  USING INDEX SEEK withheld:WITHHELD(fact)
  RETURN document
}
WITH document
WHERE document.digest IS NOT NULL
RETURN DISTINCT document.id AS id
ORDER BY id
