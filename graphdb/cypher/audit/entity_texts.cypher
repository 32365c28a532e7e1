// The name and aliases of an entity are the texts by which documents mention it.
MATCH (entity:Entity)
WHERE entity.key IS NOT NULL AND entity.aliases IS NOT NULL
CALL (entity) {
  MATCH (entity)<-[mentions:MENTIONS]-(:Chunk)
  RETURN collect(DISTINCT mentions.text) AS texts
}
WITH entity, texts, [entity.name] + entity.aliases AS names
WHERE size(names) <> size(texts) OR any(text IN texts WHERE NOT text IN names)
RETURN entity.type + ' ' + entity.name + ' is mentioned otherwise' AS example
