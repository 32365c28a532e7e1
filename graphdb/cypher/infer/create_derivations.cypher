// Create derivations: one for each use of a rule on particular premises.
//
// A row is a list of fact, rule, premises, confidence and whether it is the best; the driver packs
// lists in half the time. With names given to them in a WITH, the server would hold the batch (Eager).
UNWIND $rows AS row
CREATE (:Derivation {fact: row[0], rule: row[1], premises: row[2], first: row[2][0],
  second: row[2][1], third: row[2][2], fourth: row[2][3], confidence: row[3], best: row[4]})
FINISH
