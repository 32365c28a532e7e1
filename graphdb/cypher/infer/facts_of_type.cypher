// A page of the facts of one type, in order of key: the index keeps them sorted.
//
// All in one row: a row for each fact costs the driver ten times as much.
MATCH (subject)-[fact:__TYPE__]->(object)
USING INDEX SEEK fact:__TYPE__(key)
WHERE fact.key > $after AND fact.derived IS NOT NULL
WITH subject, fact, object
ORDER BY fact.key
LIMIT $n
RETURN collect([fact.key, subject.key, object.key, fact.confidence, fact.derived, fact.rule,
  coalesce(fact.indirect, false)]) AS found
