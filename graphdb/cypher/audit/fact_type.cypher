// Every fact has a relation type of the ontology's.
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE fact.derived IS NOT NULL AND NOT type(fact) IN $relation_types
RETURN subject.name + ' ' + type(fact) + ' ' + object.name AS example
