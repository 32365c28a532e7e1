// What is __TYPE__ of something, that is __TYPE__ of it in turn.
//
// confidence: 1.0
MATCH (a:Entity)-[fact:__TYPE__]->(b:Entity)
RETURN b.key AS subject, '__TYPE__' AS type, a.key AS object, [fact.key] AS premises
