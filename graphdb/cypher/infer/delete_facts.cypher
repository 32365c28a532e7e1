// Delete facts of one type that no derivation supports any more.
UNWIND $keys AS key
CALL (key) {
  MATCH (:Entity)-[fact:__TYPE__]->(:Entity)
  USING INDEX SEEK fact:__TYPE__(key)
  WHERE fact.key = key AND fact.derived
  DELETE fact
}
FINISH
