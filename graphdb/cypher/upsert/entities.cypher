// Upsert the entities of a batch, lock them all, and say what each is called.
//
// Of those that have no relationship nothing can be known yet; they are named apart.
// The keys come sorted, and no later statement of the transaction locks an entity that this one
// has not: two writers cannot wait for each other. One row of an answer is read faster than one each.
UNWIND $rows AS row
MERGE (entity:Entity {key: row.key})
ON CREATE SET entity.name = row.name, entity.aliases = row.aliases, entity.type = row.type,
  entity += row.value, entity.earliest = date(row.earliest), entity.latest = date(row.latest),
  entity:$(row.type)
REMOVE entity.lock
RETURN collect([entity.key, entity.name] + entity.aliases) AS entities,
  collect(CASE WHEN NOT EXISTS { (entity)--() } THEN entity.key END) AS without_relationship
