// The subject of TYPE is of a type that the ontology allows.
MATCH (subject:Entity)-[fact:__TYPES__]->(object:Entity)
WHERE fact.derived IS NOT NULL AND NOT subject.type IN $allowed[type(fact)]
RETURN type(fact) AS type, subject.name + ' (' + subject.type + ') and ' + object.name AS example, [fact.key] AS facts
ORDER BY type, example
