// Name the facts that some documents state, with their ends and those of the documents.
//
// toStringOrNull keeps the planner from scanning an index of evidence that it takes to be empty.
UNWIND $ids AS id
MATCH (document:Document {id: id})-[:HAS_CHUNK]->(chunk:Chunk)-[states:STATES]->(subject:Entity)
USING INDEX SEEK document:Document(id)
WHERE chunk.index IS NOT NULL
  AND toStringOrNull(states.fact) IS NOT NULL AND subject.aliases IS NOT NULL
RETURN states.fact AS key, subject.key AS subject, states.type AS type, states.object AS object,
  collect(DISTINCT id) AS documents
