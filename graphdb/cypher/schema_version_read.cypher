// Say under which version this graph was made; no row if under none yet.
MATCH (version:SchemaVersion {name: 'nightloom'})
RETURN version.schema AS schema, version.identity AS identity
