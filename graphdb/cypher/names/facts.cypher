// List what documents state of names, with the name and the value of the other end.
//
// One row of maps is read faster than a row each.
UNWIND $rows AS row
MATCH (entity:Entity {key: row.entity})
USING INDEX SEEK entity:Entity(key)
MATCH (entity)-[fact]-(other)
WHERE fact.derived = false AND 'Entity' IN labels(other) AND toStringOrNull(fact.key) IS NOT NULL
WITH DISTINCT row, entity, fact, other
CALL (fact) {
  MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[states:STATES {fact: fact.key}]->(subject:Entity)
  USING INDEX SEEK states:STATES(fact)
  WHERE document.digest IS NOT NULL
  RETURN document.id AS document, coalesce(states.subject_read_as, subject.key) AS subject,
    coalesce(states.object_read_as, states.object) AS object, max(states.confidence) AS confidence
}
WITH row, entity, fact, other, document, subject, object, confidence
WHERE row.key = CASE WHEN startNode(fact) = entity THEN subject ELSE object END
WITH row.key AS key, document, type(fact) AS type, startNode(fact) = entity AS is_subject,
  CASE WHEN startNode(fact) = entity THEN object ELSE subject END AS other, other.type AS other_type, [other.name] + other.aliases AS other_texts,
  confidence, other.edtf AS edtf, other.earliest AS earliest, other.latest AS latest
ORDER BY key, document, type, other
RETURN collect({key: key, document: document, type: type, is_subject: is_subject, other: other, other_type: other_type, other_texts: other_texts,
  confidence: confidence, edtf: edtf, earliest: earliest, latest: latest}) AS facts
