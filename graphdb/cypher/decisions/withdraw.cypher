// Withdraw decisions: they count no more, and go when the documents have followed.
UNWIND $keys AS key
MATCH (decision:Decision {key: key})
USING INDEX SEEK decision:Decision(key)
WHERE decision.kind IS NOT NULL
SET decision.state = 'gone'
FINISH
