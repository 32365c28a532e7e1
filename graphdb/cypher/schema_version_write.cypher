// Put our version on a graph that has none, and make `lock` a property name it knows.
//
// `REMOVE node.lock` is how every other query takes a lock: it writes nothing. But it does nothing
// at all, not even lock, as long as no node of the graph ever had a property of that name.
MERGE (version:SchemaVersion {name: 'nightloom'})
ON CREATE SET version.schema = $schema, version.identity = $identity
SET version.lock = true
REMOVE version.lock
FINISH
