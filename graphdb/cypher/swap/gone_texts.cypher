// Find entities for which one of the row's texts is no longer used, and say which.
//
// The search ends at the first mention that uses the text, which a common text has soon.
UNWIND $rows AS row
MATCH (entity:Entity {key: row.key})
USING INDEX SEEK entity:Entity(key)
UNWIND row.texts AS text
WITH entity, text
WHERE NOT EXISTS { (entity)<-[:MENTIONS {text: text}]-(:Chunk) }
RETURN entity.key AS key, entity.type AS type, [entity.name] + entity.aliases AS texts, collect(text) AS gone
