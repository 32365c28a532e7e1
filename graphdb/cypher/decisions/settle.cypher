// Note that documents follow decisions that were new.
UNWIND $keys AS key
MATCH (decision:Decision {key: key})
USING INDEX SEEK decision:Decision(key)
WHERE decision.kind IS NOT NULL AND decision.state = 'new'
REMOVE decision.state, decision.was
FINISH
