// A page of the keys of one type's facts, in order: the index keeps them sorted.
//
// All in one row: a row for each key costs the driver ten times as much.
MATCH ()-[fact:__TYPE__]->()
USING INDEX SEEK fact:__TYPE__(key)
WHERE fact.key > $after AND fact.derived IS NOT NULL
WITH fact.key AS key
ORDER BY key
LIMIT $n
RETURN collect(key) AS keys
