// List facts of one type about an entity.
MATCH (subject:Entity {key: $subject})-[:__TYPE__]->(object:Entity)
USING INDEX SEEK subject:Entity(key)
RETURN subject.key AS subject, object.key AS object
LIMIT $limit
