// List what was recorded of facts of some entities since a moment, fact by fact, in order of time.
//
// Without $facts these are all of their facts.
//
// What came with a document is in the lists of one node, which is found by way of the document: as
// long as it is recorded there, the document mentions both ends. What rules concluded is found by the
// full-text index of its ends, which is only asked where something is recorded: before that, a graph
// of an earlier version does not have it.
UNWIND $keys AS key
CALL (key) {
  MATCH (change:RecordedChange {subject: key})
  USING INDEX SEEK change:RecordedChange(subject)
  WHERE change.at >= $since AND change.fact IS NOT NULL
  RETURN properties(change) AS change
  UNION
  MATCH (change:RecordedChange {object: key})
  USING INDEX SEEK change:RecordedChange(object)
  WHERE change.at >= $since AND change.fact IS NOT NULL
  RETURN properties(change) AS change
  UNION
  MATCH (entity:Entity {key: key})<-[:MENTIONS]-(chunk)<-[:HAS_CHUNK]-(document)
  USING INDEX SEEK entity:Entity(key)
  WHERE 'Chunk' IN labels(chunk) AND 'Document' IN labels(document)
  WITH DISTINCT key, document.id AS id
  MATCH (recorded:RecordedDocument {document: id})
  USING INDEX SEEK recorded:RecordedDocument(document)
  WHERE recorded.at >= $since AND recorded.facts IS NOT NULL
  WITH key, properties(recorded) AS of
  UNWIND range(0, size(of.facts) - 1) AS n
  WITH key, of, n
  WHERE key IN [of.subjects[n], of.objects[n]]
  RETURN {run: of.run, at: of.at, documents: [of.document], decision: of.decision,
    fact: of.facts[n], type: of.types[n], subject: of.subjects[n], object: of.objects[n],
    subject_name: of.subject_names[n], object_name: of.object_names[n],
    confidence_before: CASE WHEN of.witnesses_before[n] >= 0 THEN of.confidences_before[n] END,
    witnesses_before: CASE WHEN of.witnesses_before[n] >= 0 THEN of.witnesses_before[n] END,
    confidence: of.confidences[n], witnesses: of.witnesses[n]} AS change
  UNION
  MATCH (any_recorded:RecordedConclusions)
  USING INDEX SEEK any_recorded:RecordedConclusions(at)
  WHERE any_recorded.at >= $since AND any_recorded.facts IS NOT NULL
  WITH key, any_recorded
  LIMIT 1
  CALL db.index.fulltext.queryNodes('recorded_conclusions_ends', '"' + key + '"')
  YIELD node AS recorded
  WHERE recorded.at >= $since AND recorded.facts IS NOT NULL
  WITH key, properties(recorded) AS of
  UNWIND range(0, size(of.facts) - 1) AS n
  WITH key, of, n
  WHERE key IN [of.subjects[n], of.objects[n]]
  RETURN {run: of.run, at: of.at, documents: [], decision: null, rule: nullIf(of.rules[n], ''),
    fact: of.facts[n], type: of.types[n], subject: of.subjects[n], object: of.objects[n],
    subject_name: of.subject_names[n], object_name: of.object_names[n],
    confidence_before: CASE WHEN of.confidences_before[n] >= 0 THEN of.confidences_before[n] END,
    witnesses_before: CASE WHEN of.confidences_before[n] >= 0 THEN 0 END,
    confidence: CASE WHEN of.confidences[n] >= 0 THEN of.confidences[n] END,
    witnesses: CASE WHEN of.confidences[n] >= 0 THEN 0 END} AS change
}
WITH DISTINCT change
WHERE $facts IS NULL OR change.fact IN $facts
RETURN change.run AS run, change.at AS at, change.fact AS fact, change.type AS type,
  change.subject AS subject, change.subject_name AS subject_name, change.object AS object, change.object_name AS object_name,
  change.confidence_before AS confidence_before, change.witnesses_before AS witnesses_before,
  change.confidence AS confidence, change.witnesses AS witnesses,
  change.documents AS documents, change.decision AS decision, change.rule AS rule
ORDER BY fact, at
LIMIT $limit
