// Mark the graph as half restored, so that no night takes it for a whole one.
MATCH (version:SchemaVersion {name: 'nightloom'})
SET version.restoring = true
FINISH
