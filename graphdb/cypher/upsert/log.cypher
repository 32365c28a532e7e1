// Note which facts and entities this transaction touched, for the rules to follow.
//
// The count is locked before it is read, and until the commit: changes are numbered in the order
// in which they commit, and two never get one number. What the facts are is said in four lists of
// the same length: one that was removed can be looked up nowhere.
MERGE (log:ChangeLog {name: 'facts'})
ON CREATE SET log.seq = 0
REMOVE log.lock
WITH log
SET log.seq = log.seq + 1
CREATE (:FactChange {seq: log.seq, epoch: $epoch, added: $added, changed: $changed, removed: $removed, entities: $entities,
  facts: $facts, types: $types, subjects: $subjects, objects: $objects})
FINISH
