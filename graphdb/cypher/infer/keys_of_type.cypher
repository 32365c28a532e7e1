// A page of the keys of one type's facts, in order: the index keeps them sorted.
MATCH ()-[fact:__TYPE__]->()
USING INDEX SEEK fact:__TYPE__(key)
WHERE fact.key > $after AND fact.derived IS NOT NULL
RETURN fact.key AS key
ORDER BY fact.key
LIMIT $n
