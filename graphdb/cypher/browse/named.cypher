// Find entities by the words of their names and aliases, the nearest first.
CALL db.index.fulltext.queryNodes('entity_names', $words, {limit: $limit})
YIELD node AS entity, score
WHERE entity.key IS NOT NULL AND entity.aliases IS NOT NULL
RETURN entity.key AS key, entity.name AS name, entity.type AS type, entity.aliases AS aliases
ORDER BY score DESC, name, type
