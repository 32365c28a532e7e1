// The history of a name: all that came, went and was restated, in order of time.
WITH 'Marie Curie' AS name
CALL (name) {
  MATCH (change:RecordedChange)
  WHERE name IN [change.subject_name, change.object_name]
  RETURN properties(change) AS change
  UNION ALL
  // What came with a document is in lists, a place for each fact.
  MATCH (recorded:RecordedDocument)
  WHERE name IN recorded.subject_names OR name IN recorded.object_names
  UNWIND range(0, size(recorded.facts) - 1) AS n
  WITH name, recorded, n
  WHERE name IN [recorded.subject_names[n], recorded.object_names[n]]
  RETURN {
    at: recorded.at, kind: CASE WHEN recorded.witnesses_before[n] < 0 THEN 'came' ELSE 'restated' END,
    subject_name: recorded.subject_names[n], type: recorded.types[n], object_name: recorded.object_names[n],
    confidence: recorded.confidences[n], documents: [recorded.document]} AS change
  UNION ALL
  // So is what rules concluded: -1 is the confidence of what is not there.
  MATCH (recorded:RecordedConclusions)
  WHERE name IN recorded.subject_names OR name IN recorded.object_names
  UNWIND range(0, size(recorded.facts) - 1) AS n
  WITH name, recorded, n
  WHERE name IN [recorded.subject_names[n], recorded.object_names[n]]
  RETURN {
    at: recorded.at,
    kind: CASE WHEN recorded.confidences_before[n] < 0 THEN 'came' WHEN recorded.confidences[n] < 0 THEN 'went' ELSE 'restated' END,
    subject_name: recorded.subject_names[n], type: recorded.types[n], object_name: recorded.object_names[n],
    confidence: CASE WHEN recorded.confidences[n] >= 0 THEN recorded.confidences[n] END,
    documents: [], rule: recorded.rules[n]} AS change
}
RETURN change.at AS at, change.kind AS what, change.subject_name AS subject, change.type AS fact,
  change.object_name AS object, change.confidence AS confidence, change.documents AS documents, change.rule AS rule
ORDER BY at
LIMIT 300
