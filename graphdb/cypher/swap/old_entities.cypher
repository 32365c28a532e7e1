// Name the entities that some documents mention, with the texts they use and the keys they were read as.
UNWIND $ids AS id
MATCH (document:Document {id: id})-[:HAS_CHUNK]->(chunk:Chunk)-[mentions:MENTIONS]->(entity:Entity)
USING INDEX SEEK document:Document(id)
WHERE chunk.index IS NOT NULL AND mentions.text IS NOT NULL AND entity.aliases IS NOT NULL
RETURN entity.key AS key, entity.type AS type, collect(DISTINCT mentions.text) AS texts,
  collect(DISTINCT coalesce(mentions.read_as, entity.key)) AS read_as
