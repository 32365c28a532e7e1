// Say what the chunks that hold evidence of some facts say, all of it: to learn from.
UNWIND $facts AS fact
CALL (fact) {
  MATCH (document:Document)-[:HAS_CHUNK]->(chunk:Chunk)-[states:STATES {fact: fact}]->(:Entity)
  USING INDEX SEEK states:STATES(fact)
  RETURN document, chunk
  UNION
  MATCH (document:Document)-[:HAS_CHUNK]->(chunk:Chunk)-[withheld:WITHHELD {fact: fact}]->(:Entity)
  USING INDEX SEEK withheld:WITHHELD(fact)
  RETURN document, chunk
}
WITH DISTINCT document, chunk
WHERE document.digest IS NOT NULL AND chunk.index IS NOT NULL
RETURN document.id AS document_id, chunk.key AS key, chunk.start AS start, chunk.text AS text,
  [(chunk)-[mentions:MENTIONS]->(entity:Entity) WHERE mentions.text IS NOT NULL AND entity.aliases IS NOT NULL
    | {entity: entity.key, type: entity.type, start: mentions.start, end: mentions.end}] AS mentions,
  [(chunk)-[states:STATES]->(subject:Entity) WHERE toStringOrNull(states.fact) IS NOT NULL AND subject.aliases IS NOT NULL
    | {fact: states.fact, type: states.type, subject: subject.key, object: states.object, start: states.start, end: states.end}] AS states,
  [(chunk)-[withheld:WITHHELD]->(subject:Entity) WHERE toStringOrNull(withheld.fact) IS NOT NULL AND subject.aliases IS NOT NULL
    | {fact: withheld.fact, type: withheld.type}] AS withheld
ORDER BY document_id, start
