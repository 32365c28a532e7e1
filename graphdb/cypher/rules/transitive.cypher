// What is __TYPE__ of something that is __TYPE__ of a third is so of the third.
//
// confidence: 1.0
MATCH (a:Entity)-[step:__TYPE__]->(b:Entity)
MATCH (b)-[rest:__TYPE__]->(c:Entity)
WHERE step.indirect IS NULL
RETURN a.key AS subject, '__TYPE__' AS type, c.key AS object, [step.key, rest.key] AS premises
