// What changed last night? What the latest run recorded, fact by fact.
MATCH (night:RecordedRun)
WITH night ORDER BY night.at DESC LIMIT 1
CALL (night) {
  MATCH (change:RecordedChange {run: night.run})
  RETURN properties(change) AS change
  UNION ALL
  // What came with a document is in lists, a place for each fact.
  MATCH (recorded:RecordedDocument {run: night.run})
  UNWIND range(0, size(recorded.facts) - 1) AS n
  RETURN {
    kind: CASE WHEN recorded.witnesses_before[n] < 0 THEN 'came' ELSE 'restated' END,
    subject_name: recorded.subject_names[n], type: recorded.types[n], object_name: recorded.object_names[n],
    confidence_before: CASE WHEN recorded.witnesses_before[n] >= 0 THEN recorded.confidences_before[n] END,
    confidence: recorded.confidences[n], documents: [recorded.document]} AS change
  UNION ALL
  // So is what rules concluded: -1 is the confidence of what is not there.
  MATCH (recorded:RecordedConclusions {run: night.run})
  UNWIND range(0, size(recorded.facts) - 1) AS n
  RETURN {
    kind: CASE WHEN recorded.confidences_before[n] < 0 THEN 'came' WHEN recorded.confidences[n] < 0 THEN 'went' ELSE 'restated' END,
    subject_name: recorded.subject_names[n], type: recorded.types[n], object_name: recorded.object_names[n],
    confidence_before: CASE WHEN recorded.confidences_before[n] >= 0 THEN recorded.confidences_before[n] END,
    confidence: CASE WHEN recorded.confidences[n] >= 0 THEN recorded.confidences[n] END,
    documents: [], rule: recorded.rules[n]} AS change
}
RETURN change.kind AS what, change.subject_name AS subject, change.type AS fact, change.object_name AS object,
  change.confidence_before AS before, change.confidence AS now, change.documents AS documents, change.rule AS rule
ORDER BY what, subject, fact
LIMIT 300
