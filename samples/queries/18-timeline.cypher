// A timeline: everything around a name that has a date, the earliest first.
WITH 'Marie Curie' AS name
MATCH (:Entity {name: name})-[fact]-(date:Entity)
WHERE date.earliest IS NOT NULL AND fact.key IS NOT NULL
RETURN date.earliest AS from, date.latest AS to, type(fact) AS fact, startNode(fact).name AS subject,
  date.name AS written
ORDER BY from
