// The history of a name: all that came, went and was restated, in order of time.
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
OPTIONAL CALL (name, entity) {
  MATCH (change:RecordedChange {subject: entity.key})
  RETURN properties(change) AS change
  UNION
  MATCH (change:RecordedChange {object: entity.key})
  RETURN properties(change) AS change
  UNION
  // What has gone altogether is only in the record, where all has to be looked through.
  WITH name, entity
  WHERE entity IS NULL
  MATCH (change:RecordedChange)
  WHERE toLower(name) IN [toLower(change.subject_name), toLower(change.object_name)]
  RETURN properties(change) AS change
  UNION
  // What came with a document is in lists, a place for each fact.
  MATCH (entity)<-[:MENTIONS]-(:Chunk)<-[:HAS_CHUNK]-(document:Document)
  WITH DISTINCT entity, document.id AS document
  MATCH (recorded:RecordedDocument {document: document})
  UNWIND range(0, size(recorded.facts) - 1) AS n
  WITH entity, recorded, n
  WHERE entity.key IN [recorded.subjects[n], recorded.objects[n]]
  RETURN {
    at: recorded.at, kind: CASE WHEN recorded.witnesses_before[n] < 0 THEN 'came' ELSE 'restated' END,
    subject_name: recorded.subject_names[n], type: recorded.types[n], object_name: recorded.object_names[n],
    confidence: recorded.confidences[n], documents: [recorded.document]} AS change
  UNION
  // So is what rules concluded: -1 is the confidence of what is not there.
  WITH entity
  WHERE entity IS NOT NULL
  CALL db.index.fulltext.queryNodes('recorded_conclusions_ends', '"' + entity.key + '"')
  YIELD node AS recorded
  UNWIND range(0, size(recorded.facts) - 1) AS n
  WITH entity, recorded, n
  WHERE entity.key IN [recorded.subjects[n], recorded.objects[n]]
  RETURN {
    at: recorded.at,
    kind: CASE WHEN recorded.confidences_before[n] < 0 THEN 'came' WHEN recorded.confidences[n] < 0 THEN 'went' ELSE 'restated' END,
    subject_name: recorded.subject_names[n], type: recorded.types[n], object_name: recorded.object_names[n],
    confidence: CASE WHEN recorded.confidences[n] >= 0 THEN recorded.confidences[n] END,
    documents: [], rule: recorded.rules[n]} AS change
}
RETURN coalesce(entity.name, CASE WHEN change IS NULL THEN 'nothing is called ' ELSE 'nothing is called any more ' END + name) AS about,
  change.at AS at, change.kind AS what, change.subject_name AS subject, change.type AS fact,
  change.object_name AS object, change.confidence AS confidence, change.documents AS documents, change.rule AS rule
ORDER BY at
LIMIT 300
