// Have no decision name a document any more; one that named no other goes.
MATCH (decision:Decision)
WHERE decision.key >= '' AND decision.kind IS NOT NULL AND $id IN decision.documents
SET decision.documents = [each IN decision.documents WHERE each <> $id]
WITH decision
WHERE decision.documents = []
DELETE decision
FINISH
