// Record fact by fact what was recorded with the versions of documents that leave.
//
// Who asks for an entity finds a document's record by way of the document, which says it no longer.
UNWIND $ids AS id
CALL (id) {
  MATCH (recorded:RecordedDocument {document: id})
  USING INDEX SEEK recorded:RecordedDocument(document)
  WHERE recorded.facts IS NOT NULL
  WITH recorded, properties(recorded) AS of
  CALL (of) {
    UNWIND range(0, size(of.facts) - 1) AS n
    CREATE (:RecordedChange {run: of.run, epoch: of.epoch, at: of.at,
      kind: CASE WHEN of.witnesses_before[n] < 0 THEN 'came' ELSE 'restated' END,
      fact: of.facts[n], type: of.types[n], subject: of.subjects[n], object: of.objects[n],
      subject_name: of.subject_names[n], object_name: of.object_names[n],
      confidence_before: CASE WHEN of.witnesses_before[n] >= 0 THEN of.confidences_before[n] END,
      witnesses_before: CASE WHEN of.witnesses_before[n] >= 0 THEN of.witnesses_before[n] END,
      confidence: of.confidences[n], witnesses: of.witnesses[n],
      documents: [of.document], decision: of.decision})
  }
  DELETE recorded
}
FINISH
