// Put our version on a graph that has none.
MERGE (version:SchemaVersion {name: 'nightloom'})
ON CREATE SET version.schema = $schema, version.identity = $identity
FINISH
