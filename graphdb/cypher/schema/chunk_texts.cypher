// A passage is found by its words.
//
// Filled a moment after the transaction: nobody who writes waits for it.
CREATE FULLTEXT INDEX chunk_texts IF NOT EXISTS
FOR (chunk:Chunk) ON EACH [chunk.text]
OPTIONS {indexConfig: {`fulltext.eventually_consistent`: true}}
