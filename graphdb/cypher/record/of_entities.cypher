// List what was recorded of facts of some entities since a moment, fact by fact, in order of time.
UNWIND $keys AS key
CALL (key) {
  MATCH (change:RecordedChange {subject: key})
  USING INDEX SEEK change:RecordedChange(subject)
  RETURN change
  UNION
  MATCH (change:RecordedChange {object: key})
  USING INDEX SEEK change:RecordedChange(object)
  RETURN change
}
WITH DISTINCT change
WHERE change.at >= $since AND change.fact IS NOT NULL
RETURN change.run AS run, change.at AS at, change.fact AS fact, change.type AS type,
  change.subject AS subject, change.subject_name AS subject_name, change.object AS object, change.object_name AS object_name,
  change.confidence_before AS confidence_before, change.witnesses_before AS witnesses_before,
  change.confidence AS confidence, change.witnesses AS witnesses,
  change.documents AS documents, change.decision AS decision, change.rule AS rule
ORDER BY fact, at
LIMIT $limit
