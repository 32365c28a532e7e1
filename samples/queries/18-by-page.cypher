// What stands on a page of a document?
WITH 'samples/people/marie-curie.md' AS document, 1 AS page
MATCH (:Document {id: document})-[:HAS_CHUNK]->(:Chunk)-[states:STATES {page: page}]->(subject:Entity)
MATCH (object:Entity {key: states.object})
RETURN DISTINCT subject.name AS subject, states.type AS fact, object.name AS object, states.row AS row
