// Say under which version this graph was made, since when changes of facts are recorded, whether every
// document says if its passages wait for vectors, and whether a restore has not come to its end; no
// row if it is under no version yet.
MATCH (version:SchemaVersion {name: 'nightloom'})
RETURN version.schema AS schema, version.identity AS identity,
  version.recorded_since AS recorded_since, coalesce(version.restoring, false) AS restoring,
  coalesce(version.embeddings, false) AS embeddings
