// Count the documents whose passages wait for vectors, have them, or can have none.
UNWIND $languages AS language
MATCH (document:Document {embedded: language})
USING INDEX SEEK document:Document(embedded)
WHERE document.digest IS NOT NULL
RETURN language, count(*) AS n
