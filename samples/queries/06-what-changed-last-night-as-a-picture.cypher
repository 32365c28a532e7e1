// What came last night, as a picture: the facts of the latest run that are in the graph now.
MATCH (night:RecordedRun)
WITH night ORDER BY night.at DESC LIMIT 1
MATCH (change:RecordedChange {run: night.run})
MATCH path = (:Entity {key: change.subject})-[fact {key: change.fact}]->(:Entity)
RETURN DISTINCT path
LIMIT 100
