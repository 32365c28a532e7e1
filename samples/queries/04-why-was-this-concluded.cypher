// Why was this concluded? The rule behind each derived fact about a name, and what it leans on.
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
  WHERE fact.derived
  MATCH (derivation:Derivation {fact: fact.key})
  UNWIND derivation.premises AS premise
  OPTIONAL MATCH (:Chunk)-[states:STATES {fact: premise}]->(subject:Entity)
  OPTIONAL MATCH (object:Entity {key: states.object})
  OPTIONAL MATCH (further:Derivation {fact: premise})
  RETURN fact, derivation, collect(DISTINCT coalesce(subject.name + ' ' + states.type + ' ' + object.name,
    'what ' + further.rule + ' concluded')) AS because
}
RETURN coalesce(entity.name, 'nothing is called ' + name) AS about,
  startNode(fact).name AS subject, type(fact) AS fact, endNode(fact).name AS object, derivation.rule AS rule, because
LIMIT 50
