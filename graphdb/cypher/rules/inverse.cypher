// What is __TYPE__ of something, of that it is __INVERSE__.
//
// confidence: 1.0
MATCH (a:Entity)-[fact:__TYPE__]->(b:Entity)
RETURN b.key AS subject, '__INVERSE__' AS type, a.key AS object, [fact.key] AS premises
