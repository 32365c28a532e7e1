// Take pairs out of the queue that waits for a person: somebody has said that they are two things.
UNWIND $rows AS row
MATCH (one:NameRecord {key: row.one})
USING INDEX SEEK one:NameRecord(key)
MATCH (one)-[pair:TO_REVIEW]-(other)
WHERE 'NameRecord' IN labels(other) AND other.key = row.other AND pair.score IS NOT NULL
DELETE pair
FINISH
