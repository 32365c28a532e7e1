// The name and aliases of an entity are the texts by which documents mention it.
MATCH (entity:Entity)
CALL (entity) {
  MATCH (entity)<-[mentions:MENTIONS]-(:Chunk)
  RETURN collect(DISTINCT mentions.text) AS texts
}
WITH entity, texts, [entity.name] + entity.aliases AS known
WHERE size(known) <> size(texts) OR any(text IN texts WHERE NOT text IN known)
RETURN entity.type + ' ' + entity.name + ' is mentioned otherwise' AS example
