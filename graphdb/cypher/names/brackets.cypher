// List places where a name and another of its type stand so close that one may be in brackets.
UNWIND $rows AS row
MATCH (entity:Entity {key: row.entity})
USING INDEX SEEK entity:Entity(key)
MATCH (chunk)-[mentions:MENTIONS]->(entity)
WHERE 'Chunk' IN labels(chunk) AND chunk.index IS NOT NULL AND coalesce(mentions.read_as, entity.key) = row.key
MATCH (chunk)-[beside:MENTIONS]->(other)
WHERE 'Entity' IN labels(other) AND other.type = entity.type AND coalesce(beside.read_as, other.key) <> row.key
  AND (0 < beside.start - mentions.end <= $most OR 0 < mentions.start - beside.end <= $most)
MATCH (document)-[:HAS_CHUNK]->(chunk)
WHERE 'Document' IN labels(document)
RETURN DISTINCT row.key AS key, coalesce(beside.read_as, other.key) AS other, entity.type AS type, document.id AS document, chunk.start AS offset, chunk.text AS text,
  mentions.start AS start, mentions.end AS end, beside.start AS other_start, beside.end AS other_end, beside.text AS other_text
ORDER BY key, document, start, other_start
