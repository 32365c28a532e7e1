// Create relationships for facts that rules conclude and that are new to the graph.
//
// The type is one of the ontology's, and CREATE looks nothing up by it.
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
USING INDEX SEEK subject:Entity(key)
MATCH (object:Entity {key: row.object})
USING INDEX SEEK object:Entity(key)
CREATE (subject)-[:$(row.type) {key: row.key, confidence: row.confidence, derived: true, rule: row.rule, indirect: row.indirect}]->(object)
FINISH
