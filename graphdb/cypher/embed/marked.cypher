// Note that every document says whether its passages wait for vectors.
MATCH (version:SchemaVersion {name: 'nightloom'})
SET version.embeddings = true
FINISH
