// Every fact has what it says it rests on: evidence if stated, a derivation if derived.
MATCH (subject:Entity)-[fact]->(object:Entity)
WHERE fact.derived IS NULL
  OR (NOT fact.derived AND NOT EXISTS { (subject)<-[:STATES {fact: fact.key}]-(:Chunk) })
  OR (fact.derived AND NOT EXISTS { MATCH (derivation:Derivation {fact: fact.key}) })
RETURN subject.name + ' ' + type(fact) + ' ' + object.name AS example
