// The history of a name: all that came, went and was restated, in order of time.
WITH 'Marie Curie' AS name
MATCH (change:RecordedChange)
WHERE name IN [change.subject_name, change.object_name]
RETURN change.at AS at, change.kind AS what, change.subject_name AS subject, change.type AS fact,
  change.object_name AS object, change.confidence AS confidence, change.documents AS documents, change.rule AS rule
ORDER BY at
LIMIT 300
