// Why was this concluded? The rule behind each derived fact about a name, and what it leans on.
WITH 'Marie Curie' AS name
MATCH (:Entity {name: name})-[fact]-(:Entity)
WHERE fact.derived
MATCH (derivation:Derivation {fact: fact.key})
UNWIND derivation.premises AS premise
OPTIONAL MATCH (:Chunk)-[states:STATES {fact: premise}]->(subject:Entity)
OPTIONAL MATCH (object:Entity {key: states.object})
OPTIONAL MATCH (further:Derivation {fact: premise})
RETURN startNode(fact).name AS subject, type(fact) AS fact, endNode(fact).name AS object, derivation.rule AS rule,
  collect(DISTINCT coalesce(subject.name + ' ' + states.type + ' ' + object.name,
    'what ' + further.rule + ' concluded')) AS because
LIMIT 50
