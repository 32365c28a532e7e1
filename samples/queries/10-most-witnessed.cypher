// What most documents agree on.
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE fact.witnesses > 1
RETURN subject.name AS subject, type(fact) AS fact, object.name AS object, fact.witnesses AS witnesses,
  round(fact.confidence, 2) AS confidence
ORDER BY witnesses DESC, confidence DESC
LIMIT 50
