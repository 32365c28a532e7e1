// Everything that the graph knows about one name, as a picture.
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
OPTIONAL MATCH path = (entity)-[fact]-(:Entity)
WHERE fact.derived IS NOT NULL
RETURN coalesce(entity.name, 'nothing is called ' + name) AS about, path
LIMIT 100
