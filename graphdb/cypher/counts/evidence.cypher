// Count the pieces of evidence.
MATCH (:Chunk)-[states:STATES]->(:Entity)
WHERE states.fact IS NOT NULL
RETURN count(states) AS n
