// Put the version under which the graph is from now on in the place of the old one.
MATCH (version:SchemaVersion {name: 'nightloom'})
SET version.schema = $schema, version.identity = $identity
FINISH
