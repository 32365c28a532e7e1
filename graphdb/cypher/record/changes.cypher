// Record what has happened to facts, with the names that their ends have now.
//
// An end that has gone in this transaction has left its name in the row.
UNWIND $rows AS row
OPTIONAL MATCH (subject:Entity {key: row.subject})
USING INDEX SEEK subject:Entity(key)
OPTIONAL MATCH (object:Entity {key: row.object})
USING INDEX SEEK object:Entity(key)
CREATE (:RecordedChange {run: $run, epoch: $epoch, at: datetime(), kind: row.kind,
  fact: row.fact, type: row.type, subject: row.subject, object: row.object,
  subject_name: coalesce(row.subject_name, subject.name), object_name: coalesce(row.object_name, object.name),
  confidence_before: row.confidence_before, confidence: row.confidence,
  witnesses_before: row.witnesses_before, witnesses: row.witnesses,
  documents: row.documents, decision: $decision, rule: row.rule, premises: row.premises})
FINISH
