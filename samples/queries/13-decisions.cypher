// What people decided about who is who.
MATCH (decision:Decision)
RETURN decision.one AS one, decision.kind AS are, decision.other AS other, decision.type AS type,
  decision.by AS by, decision.at AS at, decision.reason AS reason
ORDER BY at DESC
