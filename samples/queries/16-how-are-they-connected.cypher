// How are these two connected? The shortest chain of facts between two names, and why each of them is there.
WITH 'Marie Curie' AS name, 'Warsaw' AS other
OPTIONAL CALL (name) {
  // By any name or alias, in any case: what is called exactly so comes first, then the nearest.
  CALL db.index.fulltext.queryNodes('entity_names', '"' + replace(replace(name, '\\', ' '), '"', ' ') + '"', {limit: 500})
  YIELD node AS entity, score
  WHERE entity.aliases IS NOT NULL
  RETURN entity AS one
  ORDER BY entity.name = name DESC, toLower(entity.name) = toLower(name) DESC,
    toLower(name) IN [alias IN entity.aliases | toLower(alias)] DESC, score DESC, entity.key
  LIMIT 1
}
OPTIONAL CALL (other) {
  // By any name or alias, in any case: what is called exactly so comes first, then the nearest.
  CALL db.index.fulltext.queryNodes('entity_names', '"' + replace(replace(other, '\\', ' '), '"', ' ') + '"', {limit: 500})
  YIELD node AS entity, score
  WHERE entity.aliases IS NOT NULL
  RETURN entity AS two
  ORDER BY entity.name = other DESC, toLower(entity.name) = toLower(other) DESC,
    toLower(other) IN [alias IN entity.aliases | toLower(alias)] DESC, score DESC, entity.key
  LIMIT 1
}
OPTIONAL CALL (one, two) {
  WITH one, two
  WHERE one <> two
  MATCH path = shortestPath((one)-[*..6]-(two))
  WHERE all(fact IN relationships(path) WHERE fact.key IS NOT NULL)
  UNWIND range(0, length(path) - 1) AS n
  WITH path, n, relationships(path)[n] AS fact
  OPTIONAL CALL (fact) {
    // What the surest document says; of what nobody states, the rule that concluded it.
    MATCH (document:Document)-[:HAS_CHUNK]->(chunk:Chunk)-[states:STATES {fact: fact.key}]->(:Entity)
    WITH document, chunk, states
    ORDER BY states.start
    WITH document, max(states.confidence) AS sure,
      collect(DISTINCT substring(chunk.text, states.start - chunk.start, states.end - states.start)) AS sentences
    RETURN document.id AS document, sentences
    ORDER BY sure DESC, document
    LIMIT 1
  }
  OPTIONAL MATCH (rule:RuleState {rule: fact.rule})
  RETURN path, n + 1 AS step, startNode(fact).name AS subject, type(fact) AS fact, endNode(fact).name AS object,
    coalesce(reduce(said = head(sentences), sentence IN tail(sentences) | said + ' … ' + sentence),
      'rule ' + fact.rule + coalesce(': ' + rule.sentence, '')) AS because, document
}
RETURN CASE
    WHEN one IS NULL THEN 'nothing is called ' + name
    WHEN two IS NULL THEN 'nothing is called ' + other
    WHEN one = two THEN 'both names are those of ' + one.name
    WHEN path IS NULL THEN 'no six facts or fewer lead from ' + one.name + ' to ' + two.name
    ELSE one.name + ' – ' + two.name
  END AS about,
  step, subject, fact, object, because, document, path
ORDER BY step
