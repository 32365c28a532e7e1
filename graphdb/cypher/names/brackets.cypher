// List places where a name and another of its type stand so close that a text may say they are one.
//
// Whether a bracket or a word that says so is near is seen from the text, before the other names of the chunk are looked at.
UNWIND $rows AS row
MATCH (entity:Entity {key: row.entity})
USING INDEX SEEK entity:Entity(key)
MATCH (chunk)-[mentions:MENTIONS]->(entity)
WHERE 'Chunk' IN labels(chunk) AND chunk.index IS NOT NULL AND coalesce(mentions.read_as, entity.key) = row.key
WITH row, entity, chunk, mentions, mentions.start - chunk.start AS begin, mentions.end - chunk.start AS behind
WITH row, entity, chunk, mentions, substring(chunk.text, behind, $most_said) AS after,
  substring(chunk.text, CASE WHEN begin > $most_said THEN begin - $most_said ELSE 0 END, CASE WHEN begin > $most_said THEN $most_said ELSE begin END) AS before
WITH row, entity, chunk, mentions, left(after, $most) + right(before, $most) AS around, after + before AS surroundings
WITH row, entity, chunk, mentions, CASE WHEN any(word IN $words WHERE surroundings CONTAINS word) THEN $most_said WHEN around CONTAINS '(' OR around CONTAINS '（' THEN $most ELSE 0 END AS reach
WHERE reach > 0
MATCH (chunk)-[beside:MENTIONS]->(other)
WHERE 'Entity' IN labels(other) AND other.type = entity.type AND coalesce(beside.read_as, other.key) <> row.key
  AND (0 < beside.start - mentions.end <= reach OR 0 < mentions.start - beside.end <= reach)
MATCH (document)-[:HAS_CHUNK]->(chunk)
WHERE 'Document' IN labels(document)
RETURN DISTINCT row.key AS key, coalesce(beside.read_as, other.key) AS other, entity.type AS type, document.id AS document, chunk.start AS offset, chunk.text AS text,
  mentions.start AS start, mentions.end AS end, beside.start AS other_start, beside.end AS other_end, beside.text AS other_text
ORDER BY key, document, start, other_start
