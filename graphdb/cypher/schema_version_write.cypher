// Put our version on a graph that has none, and make `lock` a property name it knows.
//
// `REMOVE node.lock` is how every other query takes a lock: it writes nothing. But it does nothing
// at all, not even lock, as long as no node of the graph ever had a property of that name.
// From the first time on, what becomes of facts is recorded.
MERGE (version:SchemaVersion {name: 'nightloom'})
ON CREATE SET version.schema = $schema, version.identity = $identity, version.embeddings = true
SET version.lock = true, version.recorded_since = coalesce(version.recorded_since, datetime())
REMOVE version.lock
FINISH
