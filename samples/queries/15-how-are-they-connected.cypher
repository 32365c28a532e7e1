// How are these two connected? The shortest chain of facts between two names.
WITH 'Marie Curie' AS name, 'Warsaw' AS other
MATCH (one:Entity {name: name}), (two:Entity {name: other})
MATCH path = shortestPath((one)-[*..6]-(two))
WHERE all(fact IN relationships(path) WHERE fact.key IS NOT NULL)
RETURN path
