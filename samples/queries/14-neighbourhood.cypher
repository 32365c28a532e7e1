// The neighbourhood of a name: two steps around it.
WITH 'Marie Curie' AS name
MATCH path = (:Entity {name: name})-[facts*1..2]-(:Entity)
WHERE all(fact IN facts WHERE fact.key IS NOT NULL AND fact.confidence >= 0.5)
RETURN path
LIMIT 150
