// Count the places where documents mention entities.
MATCH (:Chunk)-[mentions:MENTIONS]->(:Entity)
WHERE mentions.text IS NOT NULL
RETURN count(mentions) AS n
