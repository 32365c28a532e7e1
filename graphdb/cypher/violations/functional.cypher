// There is one __TYPE__ of an entity, not several.
MATCH (subject:Entity)-[fact:__TYPE__]->(object:Entity)
WITH subject, collect(object.name) AS objects
WHERE size(objects) > 1
RETURN subject.name + ': ' + reduce(list = objects[0], each IN objects[1..] | list + ', ' + each) AS example
ORDER BY example
