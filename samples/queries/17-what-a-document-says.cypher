// What does a document say? Its facts, in the order of its passages.
WITH 'samples/people/marie-curie.md' AS document
MATCH (:Document {id: document})-[:HAS_CHUNK]->(chunk:Chunk)-[states:STATES]->(subject:Entity)
MATCH (object:Entity {key: states.object})
RETURN DISTINCT subject.name AS subject, states.type AS fact, object.name AS object,
  round(states.confidence, 2) AS confidence, chunk.index AS passage
ORDER BY passage, subject
