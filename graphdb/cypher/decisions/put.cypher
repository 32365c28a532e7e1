// Record a decision in the place of what was decided of the same two names before.
MERGE (decision:Decision {key: $key})
SET decision.kind = $kind, decision.type = $type, decision.one = $one, decision.other = $other,
  decision.by = $by, decision.at = $at, decision.reason = $reason
FINISH
