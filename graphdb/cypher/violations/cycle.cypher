// Nothing is TYPE of itself, not even by way of others.
MATCH (subject:Entity)-[fact:__TYPES__]->(object:Entity)
WHERE fact.derived IS NOT NULL AND subject.key < object.key
MATCH (object)-[back:__TYPES__]->(subject)
WHERE back.derived IS NOT NULL AND type(back) = type(fact)
RETURN type(fact) AS type, subject.name + ' and ' + object.name AS example, [fact.key, back.key] AS facts
ORDER BY type, example
