// Note which facts and entities this transaction touched, for the rules to follow.
//
// The count is locked, so changes are numbered in the order in which they commit.
MATCH (log:ChangeLog {name: 'facts'})
SET log.seq = log.seq + 1
CREATE (:FactChange {seq: log.seq, epoch: $epoch, added: $added, changed: $changed, removed: $removed, entities: $entities})
FINISH
