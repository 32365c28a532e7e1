// Count the facts of one type.
MATCH (:Entity)-[fact:__TYPE__]->(:Entity)
WHERE fact.derived IS NOT NULL
RETURN count(fact) AS n
