// Mark all names for resolution: lists of names or cut-offs are others now.
MATCH (record:NameRecord)
WHERE record.key >= '' AND record.type IS NOT NULL
SET record.changed = true
FINISH
