// Claim the documents of a batch, making nodes for those that are new.
//
// The ids come sorted. Removing a property that is not there takes the lock and writes nothing;
// what is read is read by the next statement, when the lock is held. A document without a digest is
// not ours, and is left as it is.
UNWIND $ids AS id
CALL (id) {
  MERGE (document:Document {id: id})
  ON CREATE SET document.digest = ''
  WITH document
  WHERE document.digest IS NOT NULL
  REMOVE document.lock
}
FINISH
