// All documents with their chunks and all evidence in these, in order of id.
MATCH (document:Document)
WHERE document.id IS NOT NULL
WITH document
ORDER BY document.id
CALL (document) {
  MATCH (document)-[:HAS_CHUNK]->(chunk:Chunk)
  WITH chunk
  ORDER BY chunk.index
  RETURN collect({
    properties: properties(chunk),
    mentions: [(chunk)-[mentions:MENTIONS]->(entity:Entity) | {entity: entity.key, properties: properties(mentions)}],
    states: [(chunk)-[states:STATES]->(subject:Entity) | {entity: subject.key, properties: properties(states)}]
  }) AS chunks
}
RETURN document.id AS id, properties(document) AS properties, chunks
