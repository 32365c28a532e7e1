// Name the recorded facts that rules concluded from some facts, and that are not in the graph now.
CALL () {
  MATCH (change:RecordedChange)
  WHERE any(premise IN change.premises WHERE premise IN $facts)
  RETURN change.fact AS fact
  UNION
  MATCH (recorded:RecordedConclusions)
  WHERE recorded.facts IS NOT NULL AND any(premise IN recorded.premises WHERE premise IN $facts)
  WITH properties(recorded) AS of
  UNWIND range(0, size(of.facts) - 1) AS n
  WITH of, n, CASE WHEN n = 0 THEN 0 ELSE of.premise_ends[n - 1] END AS first
  WHERE any(premise IN of.premises[first .. of.premise_ends[n]] WHERE premise IN $facts)
  RETURN of.facts[n] AS fact
}
WITH DISTINCT fact
WHERE NOT EXISTS { (:Chunk)-[:STATES {fact: fact}]->(:Entity) }
  AND NOT EXISTS { (:Derivation {fact: fact}) }
RETURN fact
