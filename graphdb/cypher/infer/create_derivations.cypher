// Create derivations: one for each use of a rule on particular premises.
//
// Rows are lists, which the driver packs in half the time.
UNWIND $rows AS row
WITH row[0] AS fact, row[1] AS rule, row[2] AS premises, row[3] AS confidence, row[4] AS best
CREATE (:Derivation {fact: fact, rule: rule, premises: premises, first: premises[0],
  second: premises[1], third: premises[2], fourth: premises[3], confidence: confidence, best: best})
FINISH
