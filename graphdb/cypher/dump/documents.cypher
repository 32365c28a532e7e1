// All documents with their chunks and all evidence in these, in order of id.
MATCH (document:Document)
WHERE document.id IS NOT NULL AND document.digest IS NOT NULL
WITH document
ORDER BY document.id
CALL (document) {
  MATCH (document)-[:HAS_CHUNK]->(chunk:Chunk)
  WHERE chunk.key IS NOT NULL AND chunk.index IS NOT NULL
  WITH DISTINCT chunk
  ORDER BY chunk.index
  RETURN collect({
    properties: properties(chunk),
    mentions: [(chunk)-[mentions:MENTIONS]->(entity:Entity)
      WHERE mentions.text IS NOT NULL AND entity.aliases IS NOT NULL | {entity: entity.key, properties: properties(mentions)}],
    states: [(chunk)-[states:STATES]->(subject:Entity)
      WHERE states.fact IS NOT NULL AND subject.aliases IS NOT NULL | {entity: subject.key, properties: properties(states)}],
    withheld: [(chunk)-[withheld:WITHHELD]->(subject:Entity)
      WHERE withheld.fact IS NOT NULL AND subject.aliases IS NOT NULL | {entity: subject.key, properties: properties(withheld)}]
  }) AS chunks
}
RETURN document.id AS id, properties(document) AS properties, chunks
