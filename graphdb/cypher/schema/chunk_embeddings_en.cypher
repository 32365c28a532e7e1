// A passage in English is found by its meaning.
CREATE VECTOR INDEX chunk_embeddings_en IF NOT EXISTS
FOR (chunk:Chunk) ON (chunk.embedding_en)
OPTIONS {indexConfig: {`vector.dimensions`: 384, `vector.similarity_function`: 'cosine'}}
