// What is __TYPE__ of something is not also __OTHER__ of it.
MATCH (subject:Entity)-[:__TYPE__]->(object:Entity)
MATCH (subject)-[:__OTHER__]->(object)
RETURN subject.name + ' and ' + object.name AS example
ORDER BY example
