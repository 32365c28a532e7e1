// Say which version of each document is in the graph; an empty digest says that it is new.
UNWIND $ids AS id
MATCH (document:Document {id: id})
USING INDEX SEEK document:Document(id)
RETURN id, document.digest AS digest, document.title AS title, document.source AS source,
  document.sha256 AS sha256, document.extractor AS extractor, document.ontology AS ontology,
  document.raw_sha256 AS raw_sha256, document.format AS format, document.language AS language
