// List all evidence of some facts, with the chunks that each piece touches.
UNWIND $facts AS fact
MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[states:STATES {fact: fact}]->(:Entity)
USING INDEX SEEK states:STATES(fact)
WHERE document.digest IS NOT NULL
CALL (document, states) {
  MATCH (document)-[:HAS_CHUNK]->(chunk:Chunk)
  WHERE chunk.index IS NOT NULL AND chunk.start < states.end AND states.start < chunk.end
  WITH DISTINCT chunk
  ORDER BY chunk.start
  RETURN collect({start: chunk.start, text: chunk.text}) AS passages
}
RETURN fact, document.id AS document_id, document.title AS title, document.extractor AS extractor,
  states.start AS start, states.end AS end, states.confidence AS confidence, states.page AS page,
  states.sheet AS sheet, states.row AS row,
  passages
