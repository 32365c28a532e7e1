// Count the facts that have been touched since the last inference.
MATCH (change:FactChange)
WHERE change.seq >= 0
RETURN sum(size(change.facts)) AS n_facts
