// Have records call entities what they are called now: an earlier name may be a document's own.
MATCH (change:RecordedChange)
WHERE change.fact IS NOT NULL
CALL (change) {
  MATCH (subject:Entity {key: change.subject})
  WHERE subject.name <> change.subject_name
  SET change.subject_name = subject.name
}
CALL (change) {
  MATCH (object:Entity {key: change.object})
  WHERE object.name <> change.object_name
  SET change.object_name = object.name
}
FINISH
