// What came last night, as a picture: the facts of the latest run that are in the graph now.
MATCH (night:RecordedRun)
WITH night ORDER BY night.at DESC LIMIT 1
CALL (night) {
  MATCH (change:RecordedChange {run: night.run})
  RETURN change.subject AS subject, change.fact AS key
  UNION ALL
  // What came with a document is in lists, a place for each fact.
  MATCH (recorded:RecordedDocument {run: night.run})
  UNWIND range(0, size(recorded.facts) - 1) AS n
  RETURN recorded.subjects[n] AS subject, recorded.facts[n] AS key
  UNION ALL
  // So is what rules concluded: -1 is the confidence of what is not there.
  MATCH (recorded:RecordedConclusions {run: night.run})
  UNWIND range(0, size(recorded.facts) - 1) AS n
  RETURN recorded.subjects[n] AS subject, recorded.facts[n] AS key
}
MATCH path = (:Entity {key: subject})-[fact {key: key}]->(:Entity)
RETURN DISTINCT path
LIMIT 100
