// Every relationship between entities has a type of the ontology's.
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE NOT type(fact) IN $relation_types
RETURN subject.name + ' ' + type(fact) + ' ' + object.name AS example
