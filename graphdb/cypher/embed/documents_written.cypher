// Note of some documents in which language their passages have vectors; `none` if in no language.
UNWIND $rows AS row
MATCH (document:Document {id: row.id})
USING INDEX SEEK document:Document(id)
WHERE document.digest IS NOT NULL
SET document.embedded = row.language
FINISH
