// Write the properties of the documents of a batch.
UNWIND $rows AS row
MATCH (document:Document {id: row.id})
USING INDEX SEEK document:Document(id)
SET document.title = row.title, document.source = row.source, document.sha256 = row.sha256,
  document.extractor = row.extractor, document.ontology = row.ontology,
  document.raw_sha256 = row.raw_sha256, document.format = row.format,
  document.language = row.language, document.author = row.author, document.date = row.date,
  document.digest = row.digest, document.ingested_at = datetime()
FINISH
