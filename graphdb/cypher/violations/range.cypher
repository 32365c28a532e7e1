// The object of __TYPE__ is of a type that the ontology allows.
MATCH (subject:Entity)-[:__TYPE__]->(object:Entity)
WHERE NOT object.type IN $allowed
RETURN subject.name + ' and ' + object.name + ' (' + object.type + ')' AS example
ORDER BY example
