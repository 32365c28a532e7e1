// List what a run recorded, fact by fact, in order of time; of one night of it, if an epoch is given.
MATCH (change:RecordedChange {run: $run})
USING INDEX SEEK change:RecordedChange(run)
WHERE change.fact IS NOT NULL AND ($epoch IS NULL OR change.epoch = $epoch)
RETURN change.run AS run, change.at AS at, change.fact AS fact, change.type AS type,
  change.subject AS subject, change.subject_name AS subject_name, change.object AS object, change.object_name AS object_name,
  change.confidence_before AS confidence_before, change.witnesses_before AS witnesses_before,
  change.confidence AS confidence, change.witnesses AS witnesses,
  change.documents AS documents, change.decision AS decision, change.rule AS rule
ORDER BY fact, at
LIMIT $limit
