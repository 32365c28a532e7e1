// The subject of __TYPE__ is of a type that the ontology allows.
MATCH (subject:Entity)-[:__TYPE__]->(object:Entity)
WHERE NOT subject.type IN $allowed
RETURN subject.name + ' (' + subject.type + ') and ' + object.name AS example
ORDER BY example
