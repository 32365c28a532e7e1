// Where does it all come from? Sources, their languages, and what was read last.
MATCH (document:Document)
RETURN document.source AS source, count(*) AS documents, collect(DISTINCT document.language) AS languages,
  max(document.ingested_at) AS latest
ORDER BY documents DESC
