// Count the documents of one source by the language that they look to be in.
MATCH (document:Document {source: $source})
USING INDEX SEEK document:Document(source)
WHERE document.language IS NOT NULL
RETURN document.language AS language, count(*) AS n
ORDER BY language
