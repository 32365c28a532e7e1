// Every stated fact has a relationship with the confidence and witnesses that its evidence gives.
MATCH (subject:Entity)
CALL (subject) {
  MATCH (subject)<-[states:STATES]-(:Chunk)<-[:HAS_CHUNK]-(document:Document)
  WHERE states.fact IS NOT NULL AND document.digest IS NOT NULL
  WITH subject, states.fact AS key, states.type AS type, states.object AS object,
    max(states.confidence) AS confidence, count(DISTINCT document) AS witnesses
  WHERE NOT EXISTS {
    MATCH (subject)-[fact {key: key}]->(:Entity {key: object})
    WHERE type(fact) = type AND NOT fact.derived
      AND fact.confidence = confidence AND fact.witnesses = witnesses
  }
  RETURN type, object
}
RETURN subject.name + ' ' + type + ' ' + object AS example
