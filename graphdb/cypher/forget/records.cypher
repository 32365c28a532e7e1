// Erase what was recorded because of a document alone, of facts that went with it, or followed.
//
// Where other documents were a reason, too, the record stays and does not name this one any more.
MATCH (change:RecordedChange)
WHERE $id IN change.documents OR change.fact IN $facts
  OR any(premise IN change.premises WHERE premise IN $facts)
WITH change, [other IN change.documents WHERE other <> $id] AS others
SET change.decision = CASE WHEN $id IN change.documents THEN null ELSE change.decision END,
  change.documents = others
WITH change, size(others) = 0 OR change.fact IN $facts AS is_erased
CALL (change, is_erased) {
  WITH change, is_erased
  WHERE is_erased
  DELETE change
}
RETURN count(*) AS n
