// There is one TYPE of an entity, not several.
MATCH (subject:Entity)-[fact:__TYPES__]->(object:Entity)
WHERE fact.derived IS NOT NULL
WITH subject, type(fact) AS type, object.name AS name
ORDER BY name
WITH subject, type, collect(name) AS names
WHERE size(names) > 1
RETURN type, subject.name + ': ' + reduce(list = names[0], each IN names[1..] | list + ', ' + each) AS example
ORDER BY type, example
