// Create relationships for facts that rules conclude and that are new to the graph.
//
// Each entity is looked up once, and is named by its place in $keys. Rows are lists, which the driver
// packs in half the time. The type is one of the ontology's, and CREATE looks nothing up by it.
UNWIND range(0, size($keys) - 1) AS place
OPTIONAL MATCH (entity:Entity {key: $keys[place]})
USING INDEX SEEK entity:Entity(key)
WITH place, entity
ORDER BY place
WITH collect([entity]) AS ends
UNWIND $rows AS row
WITH row[0] AS key, ends[row[1]][0] AS subject, row[2] AS type, ends[row[3]][0] AS object,
  row[4] AS confidence, row[5] AS rule, row[6] AS indirect
WHERE subject IS NOT NULL AND object IS NOT NULL
CREATE (subject)-[:$(type) {key: key, confidence: confidence, derived: true, rule: rule, indirect: indirect}]->(object)
FINISH
