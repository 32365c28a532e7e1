// Make nodes as they were, and say where each is now.
UNWIND $rows AS row
CREATE (node:__LABEL__)
SET node = row.properties
RETURN row.id AS id, elementId(node) AS place
