// The least certain facts that documents state: look here first for what is wrong.
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE fact.derived = false
RETURN subject.name AS subject, type(fact) AS fact, object.name AS object,
  round(fact.confidence, 2) AS confidence, fact.witnesses AS witnesses
ORDER BY confidence
LIMIT 50
