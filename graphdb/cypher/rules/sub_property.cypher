// What is __TYPE__ of something is also __WIDER__ of it.
//
// confidence: 1.0
MATCH (a:Entity)-[fact:__TYPE__]->(b:Entity)
RETURN a.key AS subject, '__WIDER__' AS type, b.key AS object, [fact.key] AS premises
