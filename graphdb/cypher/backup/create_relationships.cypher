// Make relationships of one type as they were, between nodes that are there.
UNWIND $rows AS row
MATCH (start) WHERE elementId(start) = row.start
MATCH (end) WHERE elementId(end) = row.end
CREATE (start)-[made:__TYPE__]->(end)
SET made = row.properties
FINISH
