// Count the nodes of one label.
MATCH (node:__LABEL__)
RETURN count(node) AS n
