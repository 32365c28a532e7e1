// Note by which version of the rules all names of this graph are compared by now.
MATCH (version:SchemaVersion {name: 'nightloom'})
SET version.resolution = $resolution
FINISH
