// Find relationships of any type that still hold the id of a document or the key of a chunk of it.
MATCH ()-[relationship]->()
WHERE any(name IN keys(relationship) WHERE any(value IN [relationship[name]] + relationship[name] WHERE value IN $cited))
RETURN type(relationship) + ' ' + elementId(relationship) AS place
LIMIT 100
