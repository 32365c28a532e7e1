// Record verdicts in the place of what was said of the same facts before; documents are to follow.
UNWIND $rows AS row
MERGE (verdict:Verdict {key: row.key})
SET verdict.kind = row.kind, verdict.type = row.type, verdict.subject = row.subject, verdict.subject_type = row.subject_type,
  verdict.object = row.object, verdict.object_type = row.object_type,
  verdict.by = row.by, verdict.at = row.at, verdict.reason = row.reason, verdict.state = 'new'
FINISH
