// The TYPE of something is not later than what has to come after it.
MATCH (subject:Entity)-[fact:__TYPES__]->(start:Entity)
WHERE fact.derived IS NOT NULL AND start.earliest IS NOT NULL AND NOT start.edtf ENDS WITH '~'
MATCH (subject)-[other]->(end:Entity)
WHERE other.derived IS NOT NULL AND type(other) IN $before[type(fact)]
  AND end.latest < start.earliest AND NOT end.edtf ENDS WITH '~'
RETURN type(fact) AS type, subject.name + ': ' + type(fact) + ' ' + start.name + ', ' + type(other) + ' ' + end.name AS example, [fact.key, other.key] AS facts
ORDER BY type, example
