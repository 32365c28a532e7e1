// Who is this? Everybody and everything of a name, however it is written.
WITH 'curie' AS words
// Only words reach the index: signs and operators mean something to it.
WITH words, toLower(reduce(plain = words, sign IN split('\\ + - & | ! ( ) { } [ ] ^ " ~ * ? : / .', ' ') | replace(plain, sign, ' '))) AS plain
OPTIONAL CALL (words, plain) {
  WITH words, plain
  WHERE trim(plain) <> ''
  CALL db.index.fulltext.queryNodes('entity_names', plain, {limit: 500})
  YIELD node AS entity, score
  WHERE entity.aliases IS NOT NULL
  RETURN entity, score
  ORDER BY toLower(entity.name) = toLower(words) DESC, score DESC, entity.key
  LIMIT 25
}
RETURN coalesce(entity.name, 'nothing is called ' + words) AS name, entity.type AS type, entity.aliases AS also,
  round(score, 2) AS nearness
