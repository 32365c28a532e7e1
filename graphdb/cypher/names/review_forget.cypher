// Take the pairs of names out of the queue that waits for a person, before they are weighed anew.
UNWIND $keys AS key
MATCH (record:NameRecord {key: key})
USING INDEX SEEK record:NameRecord(key)
MATCH (record)-[pair:TO_REVIEW]-(other)
WHERE 'NameRecord' IN labels(other) AND pair.score IS NOT NULL
DELETE pair
FINISH
