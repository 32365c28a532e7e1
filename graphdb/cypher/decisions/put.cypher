// Record decisions in the place of what was decided of the same two names before.
//
// Until documents follow, a decision is new, and says what was decided before.
UNWIND $rows AS row
MERGE (decision:Decision {key: row.key})
SET decision.was = decision.kind, decision.kind = row.kind, decision.type = row.type, decision.one = row.one, decision.other = row.other,
  decision.by = row.by, decision.at = row.at, decision.reason = row.reason, decision.score = row.score,
  decision.documents = CASE WHEN row.documents = [] THEN null ELSE row.documents END, decision.state = row.state
FINISH
