// A passage in Chinese is found by its meaning; its vectors are those of another encoder.
CREATE VECTOR INDEX chunk_embeddings_zh IF NOT EXISTS
FOR (chunk:Chunk) ON (chunk.embedding_zh)
OPTIONS {indexConfig: {`vector.dimensions`: 512, `vector.similarity_function`: 'cosine'}}
