// Give derived facts of one type the confidence, the rule and the directness they have now.
UNWIND $rows AS row
CALL (row) {
  MATCH (:Entity)-[fact:__TYPE__]->(:Entity)
  USING INDEX SEEK fact:__TYPE__(key)
  WHERE fact.key = row.key
  SET fact.confidence = row.confidence, fact.derived = row.derived, fact.rule = row.rule, fact.indirect = row.indirect
}
FINISH
