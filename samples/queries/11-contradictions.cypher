// Contradictions: two answers where one would do. Name the type of fact.
WITH 'DATE_OF_BIRTH' AS wanted
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE type(fact) = wanted AND fact.key IS NOT NULL
WITH subject, collect(object.name + ' (' + toString(round(fact.confidence, 2)) + ')') AS answers
WHERE size(answers) > 1
RETURN subject.name AS subject, answers
ORDER BY size(answers) DESC
LIMIT 50
