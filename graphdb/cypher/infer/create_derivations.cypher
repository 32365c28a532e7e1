// Create derivations: one for each use of a rule on particular premises.
UNWIND $rows AS row
CREATE (:Derivation {fact: row.fact, rule: row.rule, premises: row.premises, first: row.premises[0],
  second: row.premises[1], third: row.premises[2], fourth: row.premises[3],
  confidence: row.confidence, best: row.best})
FINISH
