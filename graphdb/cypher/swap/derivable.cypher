// Name those of the facts that a rule has derived too.
UNWIND $facts AS fact
MATCH (derivation:Derivation {fact: fact})
RETURN DISTINCT fact
