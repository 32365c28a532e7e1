// Name the facts that some documents state, with their ends.
UNWIND $ids AS id
MATCH (document:Document {id: id})-[:HAS_CHUNK]->(chunk:Chunk)-[states:STATES]->(subject:Entity)
USING INDEX SEEK document:Document(id)
WHERE chunk.key IS NOT NULL AND states.fact IS NOT NULL AND subject.aliases IS NOT NULL
RETURN DISTINCT states.fact AS key, subject.key AS subject, states.type AS type, states.object AS object
