// Create the chunks of a batch with all the evidence in them. Documents and entities exist.
UNWIND $rows AS row
MATCH (document:Document {id: row.document})
USING INDEX SEEK document:Document(id)
CREATE (document)-[:HAS_CHUNK]->(chunk:Chunk {key: row.key, index: row.index, start: row.start, end: row.end, text: row.text, page: row.page, box: row.box})
WITH chunk, row
CALL (chunk, row) {
  UNWIND row.mentions AS mention
  MATCH (entity:Entity {key: mention.entity})
  USING INDEX SEEK entity:Entity(key)
  CREATE (chunk)-[:MENTIONS {start: mention.start, end: mention.end, text: mention.text, confidence: mention.confidence, inferred: mention.inferred, read_as: mention.read_as}]->(entity)
}
CALL (chunk, row) {
  UNWIND row.withheld AS stated
  MATCH (subject:Entity {key: stated.entity})
  USING INDEX SEEK subject:Entity(key)
  CREATE (chunk)-[:WITHHELD {fact: stated.fact, type: stated.type, object: stated.object, start: stated.start, end: stated.end, confidence: stated.confidence, subject_read_as: stated.subject_read_as, object_read_as: stated.object_read_as, page: stated.page, sheet: stated.sheet, row: stated.row}]->(subject)
}
CALL (chunk, row) {
  UNWIND row.states AS stated
  MATCH (subject:Entity {key: stated.entity})
  USING INDEX SEEK subject:Entity(key)
  CREATE (chunk)-[:STATES {fact: stated.fact, type: stated.type, object: stated.object, start: stated.start, end: stated.end, confidence: stated.confidence, subject_read_as: stated.subject_read_as, object_read_as: stated.object_read_as, page: stated.page, sheet: stated.sheet, row: stated.row}]->(subject)
}
FINISH
