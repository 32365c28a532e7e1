// Count the documents of one source by the extractor that read them.
MATCH (document:Document {source: $source})
USING INDEX SEEK document:Document(source)
WHERE document.digest IS NOT NULL
RETURN document.extractor AS extractor, count(*) AS n
ORDER BY n DESC, extractor
