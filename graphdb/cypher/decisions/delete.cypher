// Delete decisions that were withdrawn, when documents have followed.
UNWIND $keys AS key
MATCH (decision:Decision {key: key})
USING INDEX SEEK decision:Decision(key)
WHERE decision.kind IS NOT NULL AND decision.state = 'gone'
DELETE decision
FINISH
