// List facts of one type that have an entity as their object.
MATCH (object:Entity {key: $object})<-[fact:__TYPE__]-(subject:Entity)
USING INDEX SEEK object:Entity(key)
WHERE fact.derived IS NOT NULL
RETURN subject.key AS subject, object.key AS object
LIMIT $limit
