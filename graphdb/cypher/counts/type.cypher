// Count the relationships of one type.
MATCH ()-[relationship:__TYPE__]->()
RETURN count(relationship) AS n
