// Give passages their vectors, as numbers of 32 bits.
UNWIND $rows AS row
MATCH (chunk:Chunk {key: row.key})
USING INDEX SEEK chunk:Chunk(key)
WHERE chunk.index IS NOT NULL
CALL db.create.setNodeVectorProperty(chunk, $property, row.vector)
FINISH
