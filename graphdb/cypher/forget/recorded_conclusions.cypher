// Name the recorded facts that rules concluded from some facts, and that are not in the graph now.
MATCH (change:RecordedChange)
WHERE any(premise IN change.premises WHERE premise IN $facts)
WITH DISTINCT change.fact AS fact
WHERE NOT EXISTS { (:Chunk)-[:STATES {fact: fact}]->(:Entity) }
  AND NOT EXISTS { (:Derivation {fact: fact}) }
RETURN fact
