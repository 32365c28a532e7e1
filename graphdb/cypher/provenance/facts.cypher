// List facts that some documents state, the surest there first.
//
// toStringOrNull keeps the planner from scanning an index of evidence that it takes to be empty.
UNWIND $ids AS id
MATCH (document:Document {id: id})-[:HAS_CHUNK]->(:Chunk)-[states:STATES]->(subject:Entity)
USING INDEX SEEK document:Document(id)
WHERE toStringOrNull(states.fact) IS NOT NULL AND subject.aliases IS NOT NULL
WITH states.fact AS key, states.type AS type, states.object AS object_key, subject, max(states.confidence) AS confidence
ORDER BY confidence DESC, key
LIMIT $limit
MATCH (object:Entity {key: object_key})
USING INDEX SEEK object:Entity(key)
RETURN key, subject.name AS subject, subject.type AS subject_type, type, object.name AS object, object.type AS object_type
ORDER BY confidence DESC, key
