// Nothing is __TYPE__ of itself, not even by way of others.
MATCH (subject:Entity)-[:__TYPE__]->(object:Entity)
WHERE subject.key < object.key
MATCH (object)-[:__TYPE__]->(subject)
RETURN subject.name + ' and ' + object.name AS example
ORDER BY example
