// Why is this here? The sentences' passages behind each stated fact about a name.
WITH 'Marie Curie' AS name
MATCH (:Entity {name: name})-[fact]-(:Entity)
WHERE fact.derived = false
MATCH (document:Document)-[:HAS_CHUNK]->(chunk:Chunk)-[states:STATES {fact: fact.key}]->(:Entity)
RETURN startNode(fact).name AS subject, type(fact) AS fact, endNode(fact).name AS object,
  document.id AS document, states.page AS page, chunk.text AS passage, round(states.confidence, 2) AS confidence
ORDER BY confidence DESC
LIMIT 50
