// What lies in a region lies in whatever the region lies in.
//
// confidence: 0.95
MATCH (place:Entity)-[inside:LOCATED_IN_THE_ADMINISTRATIVE_TERRITORIAL_ENTITY]->(region:Location)-[within:LOCATED_IN_THE_ADMINISTRATIVE_TERRITORIAL_ENTITY]->(whole:Location)
WHERE place.key <> whole.key
RETURN place.key AS subject, 'LOCATED_IN_THE_ADMINISTRATIVE_TERRITORIAL_ENTITY' AS type, whole.key AS object, [inside.key, within.key] AS premises
