// A place lies in the country of the region that it lies in.
//
// confidence: 0.95
MATCH (place:Location)-[inside:LOCATED_IN_THE_ADMINISTRATIVE_TERRITORIAL_ENTITY]->(region:Location)-[state:COUNTRY]->(country:Location)
WHERE place.key <> country.key
RETURN place.key AS subject, 'COUNTRY' AS type, country.key AS object, [inside.key, state.key] AS premises
