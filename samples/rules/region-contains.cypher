// A region contains the places that lie in it.
//
// confidence: 1.0
MATCH (place:Location)-[inside:LOCATED_IN_THE_ADMINISTRATIVE_TERRITORIAL_ENTITY]->(region:Location)
WHERE place.key <> region.key
RETURN region.key AS subject, 'CONTAINS_ADMINISTRATIVE_TERRITORIAL_ENTITY' AS type, place.key AS object, [inside.key] AS premises
