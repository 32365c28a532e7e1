// Find nodes of any label that still hold the id of a document or the key of one of its chunks.
//
// Looks at every node there is: a proof takes no index's word.
MATCH (node)
WHERE any(name IN keys(node) WHERE any(value IN [node[name]] + node[name] WHERE value IN $cited))
RETURN coalesce(labels(node)[0], 'node') + ' ' + elementId(node) AS place
LIMIT 100
