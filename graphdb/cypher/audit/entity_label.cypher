// Every entity has one label beside Entity: its type, which is one of the ontology's.
MATCH (entity:Entity)
WITH entity, [label IN labels(entity) WHERE label <> 'Entity'] AS types
WHERE types <> [entity.type] OR NOT entity.type IN $entity_types
RETURN entity.name + ' has labels ' + reduce(all = '', label IN types | all + ' ' + label) AS example
