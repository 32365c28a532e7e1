// Say what some facts are that documents state.
UNWIND $facts AS fact
MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[states:STATES {fact: fact}]->(subject:Entity)
USING INDEX SEEK states:STATES(fact)
WHERE document.digest IS NOT NULL AND subject.aliases IS NOT NULL
WITH fact, states.type AS type, states.object AS object_key, subject, max(states.confidence) AS confidence
MATCH (object:Entity {key: object_key})
USING INDEX SEEK object:Entity(key)
RETURN fact AS key, type, subject.key AS subject_key, subject.name AS subject, subject.type AS subject_type,
  object_key, object.name AS object, object.type AS object_type, confidence
ORDER BY confidence, key
