// Name those of the facts that are in the graph and that a rule has derived, too, and how sure they are.
//
// When an end of a fact has gone, its derivations stay until the rules hear of it: a derivation
// alone does not say that the relationship is there. toStringOrNull keeps the planner from scanning
// an index of keys that it takes to be empty, and takes whatever a stranger has for a key.
UNWIND $rows AS row
MATCH (derivation:Derivation {fact: row.key})
USING INDEX SEEK derivation:Derivation(fact)
WITH DISTINCT row
MATCH (subject:Entity {key: row.subject})
USING INDEX SEEK subject:Entity(key)
MATCH (object:Entity {key: row.object})
USING INDEX SEEK object:Entity(key)
CALL (subject, object, row) {
  MATCH (subject)-[fact:__TYPES__]->(object)
  WHERE toStringOrNull(fact.key) = row.key
  RETURN fact.key AS key, fact.confidence AS confidence
}
RETURN key AS fact, confidence
