"""A graph built again from the extraction store is the graph that was there."""

from dataclasses import replace

from flows.rebuilding import rebuild
from graphdb.rules import RuleSet

SYMMETRIC = """\
// Whom somebody knows, that one knows them.
//
// confidence: 0.9
MATCH (one:Person)-[fact:KNOWS]->(other:Person)
RETURN other.key AS subject, 'KNOWS' AS type, one.key AS object, [fact.key] AS premises
"""


def test_rebuilding_changes_nothing_even_where_facts_are_stated_and_derived(
    night, folder, tools, tmp_path
):
    """Both directions are stated, and each follows from the other too."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "knows.cypher").write_text(SYMMETRIC)
    rules = RuleSet.load(tmp_path / "rules", tools.graph.ontology)
    (folder / "a.txt").write_text("Ada knows Bob.")
    (folder / "b.txt").write_text("Bob knows Ada. Bob knows Cid.")
    night(rules=rules)
    before = list(tools.graph.dump())

    rebuilt = rebuild(replace(tools, rules=rules), tmp_path)

    assert (rebuilt.change.upserted, rebuilt.missing) == (2, ())
    assert list(tools.graph.dump()) == before
    assert tools.graph.audit() == []
