// Who is this? Everybody and everything of a name, however it is written.
WITH 'curie' AS words
CALL db.index.fulltext.queryNodes('entity_names', words) YIELD node AS entity, score
RETURN entity.name AS name, entity.type AS type, entity.aliases AS also, round(score, 2) AS nearness
ORDER BY score DESC
LIMIT 25
