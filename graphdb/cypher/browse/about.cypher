// List the facts of some entities, of one type or of all, the surest first, stated before derived.
UNWIND $keys AS key
MATCH (entity:Entity {key: key})-[fact]-(:Entity)
USING INDEX SEEK entity:Entity(key)
WHERE fact.derived IS NOT NULL AND ($type IS NULL OR type(fact) = $type)
WITH DISTINCT fact
ORDER BY fact.derived, fact.confidence DESC, fact.key
LIMIT $limit
WITH fact, startNode(fact) AS subject, endNode(fact) AS object
RETURN fact.key AS key, subject.key AS subject_key, subject.name AS subject, type(fact) AS type,
  object.key AS object_key, object.name AS object, fact.confidence AS confidence, fact.derived AS derived,
  coalesce(fact.witnesses, 0) AS witnesses, fact.rule AS rule
ORDER BY derived, confidence DESC, key
