"""A rule that the server cannot read stops a night before it has written anything."""

import pytest

from graphdb.errors import RuleError
from graphdb.rules import RuleSet, parse

UNREADABLE = """// Who works for an organization works where it is based.
//
// confidence: 0.8
MATCH (p:Person)-[job:WORKS_FOR]->(o:Organization)-[seat:BASED_IN]->(c:Location)
WHERE p.name =
RETURN p.key AS subject, 'WORKS_IN' AS type, c.key AS object, [job.key, seat.key] AS premises
"""


def test_night_with_a_rule_that_the_server_cannot_read_writes_nothing(night, folder, graph, driver):
    (folder / "a.txt").write_text("Ada works for Acme.")
    rule = parse(UNREADABLE, name="works-in", where="rules/works-in.cypher")

    with pytest.raises(RuleError, match=r"rules/works-in\.cypher, line 6"):
        night(rules=RuleSet.of([rule], graph.ontology))

    query = "MATCH (n) WHERE NOT n:SchemaVersion RETURN count(n)"
    with driver.session() as session:
        assert session.run(query).single().value() == 0
