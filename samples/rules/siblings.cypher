// Two people with a parent in common are siblings.
//
// confidence: 0.9
MATCH (parent:Person)-[first:CHILD]->(one:Person), (parent)-[second:CHILD]->(other:Person)
WHERE one.key <> other.key
RETURN one.key AS subject, 'SIBLING' AS type, other.key AS object, [first.key, second.key] AS premises
