// List facts of one type about an entity.
MATCH (subject:Entity {key: $subject})-[:__TYPE__]->(object:Entity)
RETURN subject.key AS subject, object.key AS object
LIMIT $limit
