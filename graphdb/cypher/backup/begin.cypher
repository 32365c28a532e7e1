// Mark the graph as half restored, so that no night takes it for a whole one.
//
// Vectors are in no backup: what is restored does not say that it waits for them.
MATCH (version:SchemaVersion {name: 'nightloom'})
SET version.restoring = true
REMOVE version.embeddings
FINISH
