// Wait until these indexes can be used.
UNWIND $names AS name
CALL db.awaitIndex(name, 300)
FINISH
