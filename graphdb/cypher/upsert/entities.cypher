// Upsert the entities of a batch and lock them all.
//
// The keys come sorted, and no later statement of the transaction locks an entity that this one
// has not: two writers cannot wait for each other.
UNWIND $rows AS row
MERGE (entity:Entity {key: row.key})
ON CREATE SET entity.name = row.name, entity.aliases = row.aliases, entity.type = row.type,
  entity += row.value, entity.earliest = date(row.earliest), entity.latest = date(row.latest),
  entity:$(row.type)
REMOVE entity.lock
FINISH
