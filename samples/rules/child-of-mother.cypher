// Whoever has a mother is her child.
//
// confidence: 1.0
MATCH (child:Person)-[parent:MOTHER]->(mother:Person)
WHERE child.key <> mother.key
RETURN mother.key AS subject, 'CHILD' AS type, child.key AS object, [parent.key] AS premises
