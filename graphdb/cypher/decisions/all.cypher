// List all decisions about who is who.
MATCH (decision:Decision)
WHERE decision.key >= '' AND decision.kind IS NOT NULL
RETURN decision.kind AS kind, decision.type AS type, decision.one AS one, decision.other AS other,
  decision.by AS by, decision.at AS at, decision.reason AS reason
ORDER BY at, type, one, other
