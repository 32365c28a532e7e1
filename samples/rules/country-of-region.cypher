// What lies in a region lies in the country of that region.
//
// confidence: 0.95
MATCH (place:Entity)-[inside:LOCATED_IN_THE_ADMINISTRATIVE_TERRITORIAL_ENTITY]->(region:Location)-[state:COUNTRY]->(country:Location)
WHERE place.key <> country.key
RETURN place.key AS subject, 'COUNTRY' AS type, country.key AS object, [inside.key, state.key] AS premises
