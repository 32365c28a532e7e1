// Whoever has a father is his child.
//
// confidence: 1.0
MATCH (child:Person)-[parent:FATHER]->(father:Person)
WHERE child.key <> father.key
RETURN father.key AS subject, 'CHILD' AS type, child.key AS object, [parent.key] AS premises
