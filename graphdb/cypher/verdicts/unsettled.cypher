// List verdicts that the documents do not follow yet: new ones, and those that were withdrawn.
MATCH (verdict:Verdict)
WHERE verdict.key >= '' AND verdict.state IN ['new', 'gone']
RETURN verdict.key AS key, verdict.state = 'gone' AS is_gone, verdict.kind AS kind, verdict.type AS type,
  verdict.subject AS subject, verdict.subject_type AS subject_type, verdict.object AS object, verdict.object_type AS object_type,
  verdict.by AS by, verdict.at AS at, verdict.reason AS reason
