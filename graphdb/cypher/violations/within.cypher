// From the TYPE of something to what follows it there are no more years than the ontology allows.
MATCH (subject:Entity)-[fact:__TYPES__]->(start:Entity)
WHERE fact.derived IS NOT NULL AND start.latest IS NOT NULL AND NOT start.edtf ENDS WITH '~'
MATCH (subject)-[other]->(end:Entity)
WHERE other.derived IS NOT NULL AND type(other) IN keys($years[type(fact)])
  AND start.latest + duration({years: $years[type(fact)][type(other)]}) < end.earliest
  AND NOT end.edtf ENDS WITH '~'
RETURN type(fact) AS type, subject.name + ': ' + type(fact) + ' ' + start.name + ', ' + type(other) + ' ' + end.name AS example, [fact.key, other.key] AS facts
ORDER BY type, example
