// What is TYPE of something is nothing of it that the ontology sets apart from that.
MATCH (subject:Entity)-[fact:__TYPES__]->(object:Entity)
WHERE fact.derived IS NOT NULL
MATCH (subject)-[other]->(object)
WHERE other.derived IS NOT NULL AND type(other) IN $disjoint[type(fact)]
RETURN type(fact) AS type, subject.name + ' and ' + object.name + ' (' + type(other) + ')' AS example, [fact.key, other.key] AS facts
ORDER BY type, example
