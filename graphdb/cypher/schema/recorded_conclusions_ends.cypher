// What rules concluded is found in the record by the entities at both ends of its facts.
//
// No other index looks into lists. Each key is one word. It is filled in the transaction, because
// people ask for the history of an entity right after a night.
CREATE FULLTEXT INDEX recorded_conclusions_ends IF NOT EXISTS
FOR (recorded:RecordedConclusions) ON EACH [recorded.subjects, recorded.objects]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'keyword'}}
