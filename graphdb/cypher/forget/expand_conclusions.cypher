// Record fact by fact what was recorded together of rules, where any of it is of or from these facts.
//
// Looks at every record there is: what is forgotten must not be left behind for want of an index.
MATCH (recorded:RecordedConclusions)
WHERE recorded.facts IS NOT NULL AND (any(fact IN recorded.facts WHERE fact IN $facts)
  OR any(premise IN recorded.premises WHERE premise IN $facts))
WITH recorded, properties(recorded) AS of
CALL (of) {
  UNWIND range(0, size(of.facts) - 1) AS n
  WITH of, n, CASE WHEN n = 0 THEN 0 ELSE of.premise_ends[n - 1] END AS first
  CREATE (:RecordedChange {run: of.run, epoch: of.epoch, at: of.at,
    kind: CASE WHEN of.confidences_before[n] < 0 THEN 'came' WHEN of.confidences[n] < 0 THEN 'went' ELSE 'restated' END,
    fact: of.facts[n], type: of.types[n], subject: of.subjects[n], object: of.objects[n],
    subject_name: of.subject_names[n], object_name: of.object_names[n],
    confidence_before: CASE WHEN of.confidences_before[n] >= 0 THEN of.confidences_before[n] END,
    witnesses_before: CASE WHEN of.confidences_before[n] >= 0 THEN 0 END,
    confidence: CASE WHEN of.confidences[n] >= 0 THEN of.confidences[n] END,
    witnesses: CASE WHEN of.confidences[n] >= 0 THEN 0 END,
    documents: [], rule: nullIf(of.rules[n], ''), premises: of.premises[first .. of.premise_ends[n]]})
}
DELETE recorded
FINISH
