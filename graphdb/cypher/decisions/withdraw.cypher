// Withdraw decisions.
UNWIND $keys AS key
MATCH (decision:Decision {key: key})
USING INDEX SEEK decision:Decision(key)
WHERE decision.kind IS NOT NULL
DELETE decision
FINISH
