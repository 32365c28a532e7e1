// List names whose evidence has changed since the last resolution.
MATCH (record:NameRecord {changed: true})
USING INDEX SEEK record:NameRecord(changed)
WHERE record.key >= '' AND record.type IS NOT NULL
RETURN record.key AS key
ORDER BY key
