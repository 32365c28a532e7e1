// What rules concluded: the facts of each rule, the surest first.
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE fact.derived
WITH fact.rule AS rule, subject.name + ' ' + type(fact) + ' ' + object.name AS said, fact.confidence AS sure
ORDER BY sure DESC
RETURN rule, count(*) AS facts, collect(said)[..5] AS examples
ORDER BY facts DESC
