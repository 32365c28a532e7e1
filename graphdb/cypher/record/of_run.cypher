// List what a run recorded, fact by fact, in order of time; of one night of it, if an epoch is given.
//
// Some is recorded in a node of its own, what came with a document in the
// lists of one, and what rules concluded in lists of some hundred facts.
CALL () {
  MATCH (change:RecordedChange {run: $run})
  USING INDEX SEEK change:RecordedChange(run)
  WHERE change.fact IS NOT NULL AND ($epoch IS NULL OR change.epoch = $epoch)
  RETURN properties(change) AS change
  UNION ALL
  MATCH (recorded:RecordedDocument {run: $run})
  USING INDEX SEEK recorded:RecordedDocument(run)
  WHERE recorded.facts IS NOT NULL AND ($epoch IS NULL OR recorded.epoch = $epoch)
  WITH properties(recorded) AS of
  UNWIND range(0, size(of.facts) - 1) AS n
  RETURN {run: of.run, at: of.at, documents: [of.document], decision: of.decision,
    fact: of.facts[n], type: of.types[n], subject: of.subjects[n], object: of.objects[n],
    subject_name: of.subject_names[n], object_name: of.object_names[n],
    confidence_before: CASE WHEN of.witnesses_before[n] >= 0 THEN of.confidences_before[n] END,
    witnesses_before: CASE WHEN of.witnesses_before[n] >= 0 THEN of.witnesses_before[n] END,
    confidence: of.confidences[n], witnesses: of.witnesses[n]} AS change
  UNION ALL
  MATCH (recorded:RecordedConclusions {run: $run})
  USING INDEX SEEK recorded:RecordedConclusions(run)
  WHERE recorded.facts IS NOT NULL AND ($epoch IS NULL OR recorded.epoch = $epoch)
  WITH properties(recorded) AS of
  UNWIND range(0, size(of.facts) - 1) AS n
  RETURN {run: of.run, at: of.at, documents: [], decision: null, rule: nullIf(of.rules[n], ''),
    fact: of.facts[n], type: of.types[n], subject: of.subjects[n], object: of.objects[n],
    subject_name: of.subject_names[n], object_name: of.object_names[n],
    confidence_before: CASE WHEN of.confidences_before[n] >= 0 THEN of.confidences_before[n] END,
    witnesses_before: CASE WHEN of.confidences_before[n] >= 0 THEN 0 END,
    confidence: CASE WHEN of.confidences[n] >= 0 THEN of.confidences[n] END,
    witnesses: CASE WHEN of.confidences[n] >= 0 THEN 0 END} AS change
}
RETURN change.run AS run, change.at AS at, change.fact AS fact, change.type AS type,
  change.subject AS subject, change.subject_name AS subject_name, change.object AS object, change.object_name AS object_name,
  change.confidence_before AS confidence_before, change.witnesses_before AS witnesses_before,
  change.confidence AS confidence, change.witnesses AS witnesses,
  change.documents AS documents, change.decision AS decision, change.rule AS rule
ORDER BY fact, at
LIMIT $limit
