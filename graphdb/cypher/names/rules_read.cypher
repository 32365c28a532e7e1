// Say by which version of the rules the names of this graph were compared; no row if never.
MATCH (version:SchemaVersion {name: 'nightloom'})
WHERE version.resolution IS NOT NULL
RETURN version.resolution AS resolution
