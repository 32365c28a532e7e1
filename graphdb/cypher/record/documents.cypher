// Record what has come to facts with documents, a node for each document and a place in it for each fact.
//
// Of a fact that was not there, witnesses_before is -1: a list has no place for nothing.
UNWIND $rows AS row
CREATE (:RecordedDocument {run: $run, epoch: $epoch, at: datetime(), document: row.document, decision: $decision,
  facts: row.facts, types: row.types, subjects: row.subjects, objects: row.objects,
  subject_names: row.subject_names, object_names: row.object_names,
  confidences_before: row.confidences_before, witnesses_before: row.witnesses_before,
  confidences: row.confidences, witnesses: row.witnesses})
FINISH
