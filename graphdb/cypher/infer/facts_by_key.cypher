// Look facts of one type up; each group is answered in one row.
UNWIND range(0, size($groups) - 1) AS group
UNWIND $groups[group] AS key
MATCH (subject:Entity)-[fact:__TYPE__]->(object:Entity)
USING INDEX SEEK fact:__TYPE__(key)
WHERE fact.key = key AND fact.derived IS NOT NULL
RETURN group, collect([key, subject.key, object.key, fact.confidence, fact.derived, fact.rule,
  coalesce(fact.indirect, false)]) AS found
