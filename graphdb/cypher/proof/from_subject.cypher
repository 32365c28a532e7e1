// List facts of one type about an entity.
MATCH (subject:Entity {key: $subject})-[fact:__TYPE__]->(object:Entity)
USING INDEX SEEK subject:Entity(key)
WHERE fact.derived IS NOT NULL
RETURN subject.key AS subject, object.key AS object
LIMIT $limit
