// Say that the graph is whole again, and since when changes of facts are recorded in it.
MATCH (version:SchemaVersion {name: 'nightloom'})
SET version.recorded_since = coalesce($recorded_since, version.recorded_since)
REMOVE version.restoring
FINISH
