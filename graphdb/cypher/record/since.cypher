// Say since when changes are recorded.
MATCH (version:SchemaVersion {name: 'nightloom'})
RETURN version.recorded_since AS since
