// List all that people said of facts; a verdict that was withdrawn and is not undone yet is none.
MATCH (verdict:Verdict)
WHERE verdict.key >= '' AND verdict.kind IS NOT NULL AND coalesce(verdict.state, '') <> 'gone'
RETURN verdict.kind AS kind, verdict.type AS type, verdict.subject AS subject, verdict.subject_type AS subject_type,
  verdict.object AS object, verdict.object_type AS object_type, verdict.by AS by, verdict.at AS at, verdict.reason AS reason
ORDER BY at, type, subject, object
