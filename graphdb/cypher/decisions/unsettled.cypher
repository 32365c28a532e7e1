// List decisions that the documents do not follow yet: new ones, and those that were withdrawn.
MATCH (decision:Decision)
WHERE decision.key >= '' AND decision.state IN ['new', 'gone']
RETURN decision.key AS key, decision.state = 'gone' AS is_gone, coalesce(decision.was, decision.kind) AS was,
  decision.kind AS kind, decision.type AS type, decision.one AS one, decision.other AS other,
  decision.by AS by, decision.at AS at, decision.reason AS reason, decision.score AS score,
  coalesce(decision.documents, []) AS documents
