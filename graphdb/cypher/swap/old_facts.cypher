// Name the facts that some documents state, with their ends.
UNWIND $ids AS id
MATCH (document:Document {id: id})-[:HAS_CHUNK]->(:Chunk)-[states:STATES]->(subject:Entity)
USING INDEX SEEK document:Document(id)
RETURN DISTINCT states.fact AS key, subject.key AS subject, states.type AS type, states.object AS object
