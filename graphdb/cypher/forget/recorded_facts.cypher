// Name the recorded facts that a document was a reason for, and that are not in the graph now.
//
// Looks at every record there is: what is forgotten must not be left behind for want of an index.
MATCH (change:RecordedChange)
WHERE $id IN change.documents
WITH DISTINCT change.fact AS fact
WHERE NOT EXISTS { (:Chunk)-[:STATES {fact: fact}]->(:Entity) }
  AND NOT EXISTS { (:Derivation {fact: fact}) }
RETURN fact
