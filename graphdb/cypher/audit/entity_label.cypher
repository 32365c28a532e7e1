// Every entity has its type as a label, which is one of the ontology's, and no other of these.
MATCH (entity:Entity)
WHERE entity.key IS NOT NULL AND entity.aliases IS NOT NULL
WITH entity, [label IN labels(entity) WHERE label IN $entity_types OR label = entity.type] AS types
WHERE types <> [entity.type] OR NOT entity.type IN $entity_types
RETURN entity.name + ' has labels ' + reduce(all = '', label IN types | all + ' ' + label) AS example
