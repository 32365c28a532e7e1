// Have what was recorded in lists call entities what they are called now.
//
// An entity that has gone keeps the name that it had.
MATCH (recorded:RecordedDocument|RecordedConclusions)
WHERE recorded.facts IS NOT NULL
CALL (recorded) {
  UNWIND range(0, size(recorded.facts) - 1) AS n
  OPTIONAL MATCH (subject:Entity {key: recorded.subjects[n]})
  OPTIONAL MATCH (object:Entity {key: recorded.objects[n]})
  WITH recorded, n, coalesce(subject.name, recorded.subject_names[n]) AS subject_name,
    coalesce(object.name, recorded.object_names[n]) AS object_name
  ORDER BY n
  WITH recorded, collect(subject_name) AS subject_names, collect(object_name) AS object_names
  WHERE subject_names <> recorded.subject_names OR object_names <> recorded.object_names
  SET recorded.subject_names = subject_names, recorded.object_names = object_names
}
FINISH
