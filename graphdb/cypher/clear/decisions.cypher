// Delete what was decided about who is who.
MATCH (decision:Decision)
WHERE decision.key >= '' AND decision.kind IS NOT NULL
DETACH DELETE decision
FINISH
