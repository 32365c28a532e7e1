// Create the relationships of facts that are new to the graph.
//
// The type is a value here, and always one of the ontology's: CREATE looks nothing up by it, so
// one statement serves all types. One template per type took 5 to 9 times as long (96 types, 1,200
// facts a transaction, 2 cores, 2026-11-24). The caller holds both ends' locks and knows that the
// relationship is not there.
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
USING INDEX SEEK subject:Entity(key)
MATCH (object:Entity {key: row.object})
USING INDEX SEEK object:Entity(key)
CREATE (subject)-[:$(row.type) {key: row.key, confidence: row.confidence, witnesses: row.witnesses, derived: false}]->(object)
FINISH
