// Count the facts of one type; the server keeps this number.
MATCH ()-[fact:__TYPE__]->()
RETURN count(fact) AS n_facts
