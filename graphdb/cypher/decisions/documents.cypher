// Name the documents that mention some entities.
UNWIND $keys AS key
MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[mentions:MENTIONS]->(entity:Entity {key: key})
USING INDEX SEEK entity:Entity(key)
WHERE document.digest IS NOT NULL AND mentions.text IS NOT NULL
RETURN DISTINCT document.id AS id
ORDER BY id
