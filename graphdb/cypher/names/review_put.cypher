// Put pairs of names into the queue that waits for a person.
//
// What the names are called stands on the entities alone, and goes with them.
UNWIND $rows AS row
MATCH (one:NameRecord {key: row.one})
USING INDEX SEEK one:NameRecord(key)
MATCH (other:NameRecord {key: row.other})
USING INDEX SEEK other:NameRecord(key)
MERGE (one)-[pair:TO_REVIEW]->(other)
SET pair.score = row.score, pair.reason = row.reason, one.entity = row.one_entity, other.entity = row.other_entity
FINISH
