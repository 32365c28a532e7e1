// What did this run change? The facts that it brought or restated as a picture, their passages in the table.
WITH 'first' AS run
CALL (run) {
  MATCH (change:RecordedChange {run: run})
  RETURN change.subject AS subject, change.fact AS key
  UNION ALL
  // What came with a document is in lists, a place for each fact.
  MATCH (recorded:RecordedDocument {run: run})
  UNWIND range(0, size(recorded.facts) - 1) AS n
  RETURN recorded.subjects[n] AS subject, recorded.facts[n] AS key
  UNION ALL
  // So is what rules concluded: -1 is the confidence of what is not there.
  MATCH (recorded:RecordedConclusions {run: run})
  UNWIND range(0, size(recorded.facts) - 1) AS n
  RETURN recorded.subjects[n] AS subject, recorded.facts[n] AS key
}
MATCH path = (:Entity {key: subject})-[fact {key: key}]->(:Entity)
WITH DISTINCT path, subject, key
LIMIT 100
OPTIONAL MATCH (:Entity {key: subject})<-[:STATES {fact: key}]-(chunk:Chunk)
RETURN path, collect(DISTINCT chunk.text)[..3] AS passages
