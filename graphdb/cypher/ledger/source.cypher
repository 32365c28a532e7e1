// Say which version of each document of one source is in the graph.
MATCH (document:Document {source: $source})
USING INDEX SEEK document:Document(source)
WHERE document.digest IS NOT NULL
RETURN document.id AS id, document.sha256 AS sha256, document.title AS title,
  document.extractor AS extractor, document.ontology AS ontology,
  coalesce(document.raw_sha256, '') AS raw_sha256, coalesce(document.format, '') AS format,
  coalesce(document.language, '') AS language,
  coalesce(toString(document.ingested_at), '') AS ingested_at
