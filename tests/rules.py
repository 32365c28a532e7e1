"""A few rules over what the documents of tests say."""

from graphdb.rules import RuleSet, parse

RULES = {
    "works-in": """// Who works for an organization works where it is based.
//
// confidence: 0.5
MATCH (person:Entity)-[job:WORKS_FOR]->(org:Entity)-[seat:BASED_IN]->(place:Entity)
RETURN person.key AS subject, 'WORKS_IN' AS type, place.key AS object,
  [job.key, seat.key] AS premises
""",
    "works-around": """// Who works in a place works in what that lies in.
//
// confidence: 0.5
MATCH (person:Entity)-[job:WORKS_IN]->(place:Entity)-[inside:LOCATED_IN]->(region:Entity)
RETURN person.key AS subject, 'WORKS_IN' AS type, region.key AS object,
  [job.key, inside.key] AS premises
""",
    "strangers": """// Who is married to nobody knows the others who work there.
//
// confidence: 0.5
MATCH (person:Entity)-[job:WORKS_FOR]->(org:Entity)<-[other_job:WORKS_FOR]-(other:Entity)
WHERE NOT EXISTS { (person)-[marriage:MARRIED_TO]->(other) }
RETURN person.key AS subject, 'KNOWS' AS type, other.key AS object,
  [job.key, other_job.key] AS premises
""",
}
"""Beside these the ontology's own: MARRIED_TO is symmetric, LOCATED_IN transitive."""


def ruleset(names, ontology):
    return RuleSet.of(
        [parse(RULES[name], name=name, where=name) for name in sorted(names)], ontology
    )
