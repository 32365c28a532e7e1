// List the documents that have a name, whatever it was merged with.
//
// One row of lists is read faster than a row each.
UNWIND $rows AS row
MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[mentions:MENTIONS]->(entity:Entity {key: row.entity})
USING INDEX SEEK entity:Entity(key)
WHERE document.digest IS NOT NULL AND mentions.text IS NOT NULL AND coalesce(mentions.read_as, entity.key) = row.key
WITH row.key AS key, collect(DISTINCT document.id) AS documents
RETURN collect([key, documents]) AS names
