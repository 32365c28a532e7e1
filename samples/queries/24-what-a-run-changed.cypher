// What did this run change? What went, what came, and why, fact by fact; the last row is the picture.
WITH 'first' AS run
CALL (run) {
  MATCH (recorded:RecordedChange {run: run})
  RETURN properties(recorded) AS change, recorded
  UNION ALL
  // What came with a document is in lists, a place for each fact.
  MATCH (recorded:RecordedDocument {run: run})
  UNWIND range(0, size(recorded.facts) - 1) AS n
  RETURN {
    at: recorded.at, fact: recorded.facts[n], type: recorded.types[n], subject: recorded.subjects[n], object: recorded.objects[n],
    subject_name: recorded.subject_names[n], object_name: recorded.object_names[n],
    confidence_before: CASE WHEN recorded.witnesses_before[n] >= 0 THEN recorded.confidences_before[n] END,
    witnesses_before: CASE WHEN recorded.witnesses_before[n] >= 0 THEN recorded.witnesses_before[n] END,
    confidence: recorded.confidences[n], witnesses: recorded.witnesses[n],
    documents: [recorded.document], decision: properties(recorded).decision} AS change, null AS recorded
  UNION ALL
  // So is what rules concluded: -1 is the confidence of what is not there.
  MATCH (recorded:RecordedConclusions {run: run})
  UNWIND range(0, size(recorded.facts) - 1) AS n
  RETURN {
    at: recorded.at, fact: recorded.facts[n], type: recorded.types[n], subject: recorded.subjects[n], object: recorded.objects[n],
    subject_name: recorded.subject_names[n], object_name: recorded.object_names[n],
    confidence_before: CASE WHEN recorded.confidences_before[n] >= 0 THEN recorded.confidences_before[n] END,
    confidence: CASE WHEN recorded.confidences[n] >= 0 THEN recorded.confidences[n] END,
    documents: [], rule: nullIf(recorded.rules[n], '')} AS change, null AS recorded
}
WITH change, recorded
ORDER BY change.at
WITH change.fact AS key, collect(change) AS changes, collect(recorded) AS nodes
WITH key, changes, nodes, changes[0].confidence_before AS before, changes[0].witnesses_before AS by_before, changes[-1] AS last
// What came and went again in one run, or went and came back the same, has not changed.
WHERE coalesce(before, -1) <> coalesce(last.confidence, -1) OR coalesce(by_before, 0) <> coalesce(last.witnesses, 0)
WITH *, CASE WHEN last.confidence IS NULL THEN 'went' WHEN before IS NULL THEN 'came' ELSE 'restated' END AS what
ORDER BY CASE what WHEN 'went' THEN 1 WHEN 'came' THEN 2 ELSE 3 END, last.subject_name, last.type, last.object_name
WITH collect({what: what, key: key, changes: changes, last: last, before: before, nodes: nodes}) AS facts
WITH size(facts) - 200 AS more, facts[..200] AS facts
UNWIND facts AS fact
WITH more, fact, fact.key AS key, fact.last AS last,
  coalesce(toString(round(fact.before, 2)), '') AS before, coalesce(toString(round(fact.last.confidence, 2)), '') AS now
WITH *, COLLECT {
    UNWIND fact.changes AS change
    UNWIND change.documents + [change.decision, 'rule ' + change.rule] AS reason
    WITH reason WHERE reason IS NOT NULL
    RETURN DISTINCT reason
  } AS reasons,
  COLLECT {
    MATCH (:Entity {key: last.subject})<-[:STATES {fact: key}]-(chunk:Chunk)
    RETURN DISTINCT chunk.text LIMIT 3
  } AS passages,
  // What has gone is no arrow any more: the record of it stands in the picture.
  CASE fact.what WHEN 'went' THEN fact.nodes[-1..] ELSE COLLECT {
    MATCH path = (:Entity {key: last.subject})-[{key: key}]->(:Entity)
    RETURN path
  } END AS drawn
WITH more, reduce(all_drawn = [], one IN collect(drawn) | all_drawn + one) AS picture, collect({
    what: fact.what,
    fact: coalesce(last.subject_name, last.subject) + ' ' + replace(toLower(last.type), '_', ' ') + ' ' + coalesce(last.object_name, last.object),
    confidence: before + CASE fact.what WHEN 'restated' THEN ' → ' ELSE '' END + now,
    because: reduce(said = head(reasons), reason IN tail(reasons) | said + ', ' + reason),
    at: left(toString(last.at), 16) + 'Z', passages: passages}) AS rows
UNWIND rows
  + CASE WHEN more > 0 THEN [{what: 'more', fact: 'and ' + toString(more) + ' more, which nightloom changes --run prints'}] ELSE [] END
  + CASE WHEN picture <> [] THEN [{what: 'picture', fact: 'what Graph shows', passages: picture}] ELSE [] END AS row
RETURN row.what AS what, row.fact AS fact, coalesce(row.confidence, '') AS confidence,
  coalesce(row.because, '') AS because, coalesce(row.at, '') AS at, coalesce(row.passages, []) AS passages
