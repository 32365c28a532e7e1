// Say which version of each document of one source is in the graph.
MATCH (document:Document {source: $source})
USING INDEX SEEK document:Document(source)
RETURN document.id AS id, document.sha256 AS sha256, document.title AS title,
  document.extractor AS extractor, document.ontology AS ontology
