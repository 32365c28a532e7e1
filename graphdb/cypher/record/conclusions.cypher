// Record what has become of facts because of rules, with the names that their ends have now.
//
// A node has lists in which each fact has the same place. What was or is not there has the
// confidence -1, because a list has no place for nothing. premise_ends says for each fact where its
// part of premises ends. Each entity is looked up once, and named by its place in $keys. The time is
// the statement's: what goes and comes back in one transaction has to stay in order.
UNWIND range(0, size($keys) - 1) AS place
OPTIONAL MATCH (entity:Entity {key: $keys[place]})
USING INDEX SEEK entity:Entity(key)
WITH place, coalesce(entity.name, $keys[place]) AS name
ORDER BY place
WITH collect(name) AS names
UNWIND $rows AS row
CREATE (:RecordedConclusions {run: $run, epoch: $epoch, at: datetime.statement(),
  facts: row.facts, types: row.types, subjects: row.subjects, objects: row.objects,
  subject_names: [place IN row.subject_places | names[place]],
  object_names: [place IN row.object_places | names[place]],
  confidences_before: row.confidences_before, confidences: row.confidences,
  rules: row.rules, premises: row.premises, premise_ends: row.premise_ends})
FINISH
