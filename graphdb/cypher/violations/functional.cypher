// There is one TYPE of an entity, not several.
//
// Two dates that may be the same day are one: July 1934 contains 4 July 1934.
MATCH (subject:Entity)-[fact:__TYPES__]->(object:Entity)
WHERE fact.derived IS NOT NULL
WITH subject, type(fact) AS type, fact, object
ORDER BY object.name
WITH subject, type, collect({key: fact.key, object: object.key, name: object.name, edtf: object.edtf, earliest: object.earliest, latest: object.latest}) AS objects
WHERE size(objects) > 1
WITH subject, type, [one IN objects WHERE any(other IN objects WHERE other.object <> one.object AND (
  one.edtf IS NULL OR other.edtf IS NULL
  OR NOT one.edtf ENDS WITH '~' AND NOT other.edtf ENDS WITH '~'
  AND (coalesce(one.earliest > other.latest, false) OR coalesce(other.earliest > one.latest, false))
))] AS clashing
WHERE size(clashing) > 1
RETURN type, subject.name + ': ' + reduce(list = clashing[0].name, each IN clashing[1..] | list + ', ' + each.name) AS example, [each IN clashing | each.key] AS facts
ORDER BY type, example
