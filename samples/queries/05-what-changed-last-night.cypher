// What changed last night? What the latest run recorded, fact by fact.
MATCH (night:RecordedRun)
WITH night ORDER BY night.at DESC LIMIT 1
MATCH (change:RecordedChange {run: night.run})
RETURN change.kind AS what, change.subject_name AS subject, change.type AS fact, change.object_name AS object,
  change.confidence_before AS before, change.confidence AS now, change.documents AS documents, change.rule AS rule
ORDER BY what, subject, fact
LIMIT 300
