// Count all relationships.
MATCH ()-[relationship]->()
RETURN count(relationship) AS n
