// Record what has happened to facts, with the names that their ends have now.
//
// A row may have the names of its ends, be it that they have gone in this transaction. Only those
// of others are looked up: for each row anew, that takes as long as all the rest.
UNWIND $rows AS row
OPTIONAL MATCH (subject:Entity {key: CASE WHEN row.subject_name IS NULL THEN row.subject END})
USING INDEX SEEK subject:Entity(key)
OPTIONAL MATCH (object:Entity {key: CASE WHEN row.object_name IS NULL THEN row.object END})
USING INDEX SEEK object:Entity(key)
CREATE (:RecordedChange {run: $run, epoch: $epoch, at: datetime(), kind: row.kind,
  fact: row.fact, type: row.type, subject: row.subject, object: row.object,
  subject_name: coalesce(row.subject_name, subject.name), object_name: coalesce(row.object_name, object.name),
  confidence_before: row.confidence_before, confidence: row.confidence,
  witnesses_before: row.witnesses_before, witnesses: row.witnesses,
  documents: row.documents, decision: $decision, rule: row.rule})
FINISH
