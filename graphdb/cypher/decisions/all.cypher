// List all decisions about who is who; one that was withdrawn and is not undone yet is none.
MATCH (decision:Decision)
WHERE decision.key >= '' AND decision.kind IS NOT NULL AND coalesce(decision.state, '') <> 'gone'
RETURN decision.kind AS kind, decision.type AS type, decision.one AS one, decision.other AS other,
  decision.by AS by, decision.at AS at, decision.reason AS reason, decision.score AS score,
  coalesce(decision.documents, []) AS documents
ORDER BY at, type, one, other
