// Make entities of one type as they were, and say where each is now.
UNWIND $rows AS row
CREATE (node:Entity:__TYPE__)
SET node = row.properties
RETURN row.id AS id, elementId(node) AS place
