// Name the facts that documents are least certain of.
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE fact.derived = false AND fact.key IS NOT NULL AND subject.aliases IS NOT NULL AND object.aliases IS NOT NULL
WITH fact, subject, object
ORDER BY fact.confidence, fact.key
LIMIT $limit
RETURN fact.key AS key, type(fact) AS type, subject.key AS subject_key, subject.name AS subject, subject.type AS subject_type,
  object.key AS object_key, object.name AS object, object.type AS object_type, fact.confidence AS confidence
ORDER BY confidence, key
