// Why is this here? The sentences' passages behind each stated fact about a name.
WITH 'Marie Curie' AS name
OPTIONAL CALL (name) {
  // By any name or alias, in any case: what is called exactly so comes first, then the nearest.
  CALL db.index.fulltext.queryNodes('entity_names', '"' + replace(replace(name, '\\', ' '), '"', ' ') + '"', {limit: 500})
  YIELD node AS entity, score
  WHERE entity.aliases IS NOT NULL
  RETURN entity
  ORDER BY entity.name = name DESC, toLower(entity.name) = toLower(name) DESC,
    toLower(name) IN [alias IN entity.aliases | toLower(alias)] DESC, score DESC, entity.key
  LIMIT 1
}
OPTIONAL CALL (entity) {
  MATCH (entity)-[fact]-(:Entity)
  WHERE fact.derived = false
  MATCH (document:Document)-[:HAS_CHUNK]->(chunk:Chunk)-[states:STATES {fact: fact.key}]->(:Entity)
  RETURN fact, document, chunk, states
}
RETURN coalesce(entity.name, 'nothing is called ' + name) AS about,
  startNode(fact).name AS subject, type(fact) AS fact, endNode(fact).name AS object,
  document.id AS document, states.page AS page, chunk.text AS passage, round(states.confidence, 2) AS confidence
ORDER BY confidence DESC
LIMIT 50
