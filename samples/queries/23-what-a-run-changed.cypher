// What did this run change? The facts that it brought or restated, as a picture.
WITH 'first' AS run
MATCH (change:RecordedChange {run: run})
MATCH path = (:Entity {key: change.subject})-[fact {key: change.fact}]->(:Entity)
RETURN DISTINCT path
LIMIT 100
