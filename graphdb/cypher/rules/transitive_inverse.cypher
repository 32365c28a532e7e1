// What something is __INVERSE__ of, and that is __TYPE__ of a third, is so of the third.
//
// confidence: 1.0
MATCH (b:Entity)-[step:__INVERSE__]->(a:Entity)
MATCH (b)-[rest:__TYPE__]->(c:Entity)
WHERE step.indirect IS NULL AND a <> c
RETURN a.key AS subject, '__TYPE__' AS type, c.key AS object, [step.key, rest.key] AS premises
