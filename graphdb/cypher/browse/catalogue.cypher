// Say under which ids the names of entities are in the catalogue, and how often texts have them.
UNWIND $keys AS key
MATCH (entity:Entity {key: key})
USING INDEX SEEK entity:Entity(key)
MATCH (chunk)-[mentions:MENTIONS]->(entity)
WHERE 'Chunk' IN labels(chunk) AND chunk.index IS NOT NULL AND mentions.catalogue IS NOT NULL
UNWIND mentions.catalogue AS id
RETURN key, id, count(*) AS n
ORDER BY key, id
