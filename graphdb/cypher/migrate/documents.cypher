// Say all that some documents say, as it was written; labels are looked at last, so that no scan of one is planned.
UNWIND $ids AS id
MATCH (document:Document {id: id})
USING INDEX SEEK document:Document(id)
WHERE document.digest IS NOT NULL
CALL (document) {
  MATCH (document)-[:HAS_CHUNK]->(chunk)
  WHERE 'Chunk' IN labels(chunk) AND chunk.key IS NOT NULL AND chunk.index IS NOT NULL
  WITH DISTINCT chunk
  ORDER BY chunk.index
  RETURN collect({
    start: chunk.start, end: chunk.end, text: chunk.text, page: chunk.page, box: chunk.box,
    mentions: [(chunk)-[mentions:MENTIONS]->(entity)
      WHERE 'Entity' IN labels(entity) AND mentions.text IS NOT NULL AND entity.aliases IS NOT NULL
      | {key: coalesce(mentions.read_as, entity.key), type: entity.type, start: mentions.start, end: mentions.end, text: mentions.text, confidence: mentions.confidence}],
    states: [(chunk)-[states:STATES|WITHHELD]->(subject)
      WHERE 'Entity' IN labels(subject) AND toStringOrNull(states.fact) IS NOT NULL AND subject.aliases IS NOT NULL
      | {subject: coalesce(states.subject_read_as, subject.key), type: states.type, object: coalesce(states.object_read_as, states.object), start: states.start, end: states.end, confidence: states.confidence, page: states.page, row: states.row}]
  }) AS chunks
}
RETURN properties(document) AS properties, chunks
