// A timeline: everything around a name that has a date, the earliest first.
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
OPTIONAL MATCH (entity)-[fact]-(date:Entity)
WHERE date.earliest IS NOT NULL AND fact.key IS NOT NULL
RETURN coalesce(entity.name, 'nothing is called ' + name) AS about,
  date.earliest AS from, date.latest AS to, type(fact) AS fact, startNode(fact).name AS subject,
  date.name AS written
ORDER BY from
