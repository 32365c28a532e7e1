// Everything that the graph knows about one name, as a picture.
WITH 'Marie Curie' AS name
MATCH path = (:Entity {name: name})-[fact]-(:Entity)
WHERE fact.derived IS NOT NULL
RETURN path
LIMIT 100
