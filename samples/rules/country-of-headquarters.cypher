// An organization belongs to the country in which its headquarters lie.
//
// confidence: 0.9
MATCH (org:Organization)-[seat:HEADQUARTERS_LOCATION]->(place:Location)-[state:COUNTRY]->(country:Location)
RETURN org.key AS subject, 'COUNTRY' AS type, country.key AS object, [seat.key, state.key] AS premises
