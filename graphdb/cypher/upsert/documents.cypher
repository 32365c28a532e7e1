// Write documents with their chunks, the evidence in these, and the facts that are new with them.
//
// Documents and entities exist. Each entity is looked up once, and is named by its place in $keys
// from there on: evidence names it dozens of times. The lists are compared because nothing says
// that rows stay in order; no row comes back, and nothing is written, if they do not agree.
//
// The type of a fact is a value here, and always one of the ontology's: CREATE looks nothing up by
// it, so one statement serves all types. One template per type took 5 to 9 times as long (96 types,
// 1,200 facts a transaction, 2 cores, 2026-11-24). The caller holds both ends' locks and knows that
// the relationship is not there.
UNWIND $keys AS key
MATCH (entity:Entity {key: key})
USING INDEX SEEK entity:Entity(key)
WITH collect(entity) AS entities, collect(key) AS keys
WHERE keys = $keys
CALL (entities) {
  UNWIND $documents AS row
  MATCH (document:Document {id: row.id})
  USING INDEX SEEK document:Document(id)
  SET document += row.properties, document.ingested_at = datetime(), document.embedded = ''
  WITH entities, document, row
  UNWIND row.chunks AS passage
  CREATE (document)-[:HAS_CHUNK]->(chunk:Chunk {key: passage.key, index: passage.index, start: passage.start, end: passage.end, text: passage.text, page: passage.page, box: passage.box})
  WITH entities, chunk, passage
  CALL (entities, chunk, passage) {
    UNWIND passage.mentions AS mention
    WITH chunk, mention, entities[mention.place] AS entity
    CREATE (chunk)-[:MENTIONS {start: mention.start, end: mention.end, text: mention.text, confidence: mention.confidence, inferred: mention.inferred, read_as: mention.read_as, catalogue: mention.catalogue}]->(entity)
  }
  CALL (entities, chunk, passage) {
    UNWIND passage.withheld AS stated
    WITH chunk, stated, entities[stated.place] AS subject
    CREATE (chunk)-[:WITHHELD {fact: stated.fact, type: stated.type, object: stated.object, start: stated.start, end: stated.end, confidence: stated.confidence, subject_read_as: stated.subject_read_as, object_read_as: stated.object_read_as, page: stated.page, sheet: stated.sheet, row: stated.row}]->(subject)
  }
  CALL (entities, chunk, passage) {
    UNWIND passage.states AS stated
    WITH chunk, stated, entities[stated.place] AS subject
    CREATE (chunk)-[:STATES {fact: stated.fact, type: stated.type, object: stated.object, start: stated.start, end: stated.end, confidence: stated.confidence, subject_read_as: stated.subject_read_as, object_read_as: stated.object_read_as, page: stated.page, sheet: stated.sheet, row: stated.row}]->(subject)
  }
}
CALL (entities) {
  UNWIND $facts AS row
  WITH row, entities[row.subject_place] AS subject, entities[row.object_place] AS object
  CREATE (subject)-[:$(row.type) {key: row.key, confidence: row.confidence, witnesses: row.witnesses, derived: false}]->(object)
}
RETURN true AS written
