// What waits for a person? Pairs of names that may mean one thing, as `nightloom review` asks about them.
MATCH (one:NameRecord)-[pair:TO_REVIEW]->(other:NameRecord)
WHERE one.entity <> other.entity
MATCH (first:Entity {key: one.entity})
MATCH (second:Entity {key: other.entity})
RETURN first.name AS one, second.name AS other, first.type AS type, round(pair.score, 2) AS score, pair.reason AS reasons
ORDER BY score DESC, one, other
LIMIT 100
