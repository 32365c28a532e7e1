// An entity is found by any of its names, however it is written; Browser finds it, too.
//
// Filled a moment after the transaction: nobody who writes waits for it.
CREATE FULLTEXT INDEX entity_names IF NOT EXISTS
FOR (entity:Entity) ON EACH [entity.name, entity.aliases]
OPTIONS {indexConfig: {`fulltext.eventually_consistent`: true}}
