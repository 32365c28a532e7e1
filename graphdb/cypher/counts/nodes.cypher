// Count all nodes.
MATCH (node)
RETURN count(node) AS n
