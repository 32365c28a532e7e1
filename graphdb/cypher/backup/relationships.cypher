// All relationships of nightloom's: evidence, facts, which names are looked for together, and which pairs wait for a person.
//
// What only looks like ours lacks the properties by which ours are known, and is left out.
MATCH (start:Chunk|Document|Entity|NameRecord)-[made]->(end)
WHERE made.derived IS NOT NULL AND made.key IS NOT NULL
  OR type(made) = 'MENTIONS' AND made.text IS NOT NULL
  OR type(made) IN ['STATES', 'WITHHELD'] AND made.fact IS NOT NULL
  OR type(made) = 'HAS_ROW' AND made.entity IS NOT NULL
  OR type(made) = 'NAMES_ROW' AND made.text IS NOT NULL
  OR type(made) = 'TO_REVIEW' AND made.score IS NOT NULL
  OR type(made) IN ['HAS_CHUNK', 'IN_BLOCK']
RETURN type(made) AS type, elementId(start) AS start, elementId(end) AS end, properties(made) AS properties
