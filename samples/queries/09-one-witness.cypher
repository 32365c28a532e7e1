// Facts that one document alone states, and which one it is.
MATCH (subject:Entity)-[fact {witnesses: 1}]->(object:Entity)
WHERE fact.derived = false
MATCH (document:Document)-[:HAS_CHUNK]->(:Chunk)-[:STATES {fact: fact.key}]->(subject)
RETURN DISTINCT subject.name AS subject, type(fact) AS fact, object.name AS object, document.id AS document
LIMIT 100
