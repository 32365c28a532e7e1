// Name the entities that some documents mention, with the texts they use for them.
UNWIND $ids AS id
MATCH (document:Document {id: id})-[:HAS_CHUNK]->(:Chunk)-[mentions:MENTIONS]->(entity:Entity)
USING INDEX SEEK document:Document(id)
RETURN entity.key AS key, entity.type AS type, collect(DISTINCT mentions.text) AS texts
