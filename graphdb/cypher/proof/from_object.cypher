// List facts of one type that have an entity as their object.
MATCH (object:Entity {key: $object})<-[:__TYPE__]-(subject:Entity)
USING INDEX SEEK object:Entity(key)
RETURN subject.key AS subject, object.key AS object
LIMIT $limit
