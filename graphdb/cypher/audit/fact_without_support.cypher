// Every fact has what it says it rests on: evidence if stated, a derivation if derived.
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE fact.derived IS NOT NULL
  AND ((NOT fact.derived AND NOT EXISTS { MATCH (subject)<-[states:STATES {fact: fact.key}]-(:Chunk) USING INDEX SEEK states:STATES(fact) })
    OR (fact.derived AND NOT EXISTS { MATCH (derivation:Derivation {fact: fact.key}) USING INDEX SEEK derivation:Derivation(fact) }))
RETURN subject.name + ' ' + type(fact) + ' ' + object.name AS example
