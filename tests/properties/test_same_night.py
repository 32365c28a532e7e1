"""Promise 1: the same night twice changes nothing, down to the nodes' ids and times."""

from hypothesis import given
from hypothesis import strategies as st

from tests.rules import RULES, ruleset
from tests.strategies import contents, extractions

EVERYTHING = (
    "MATCH (n) WHERE NOT n:Lease RETURN elementId(n), labels(n), properties(n)",
    "MATCH ()-[r]->() RETURN elementId(r), type(r), properties(r)",
)


@given(corpus=st.dictionaries(st.sampled_from("abcd"), contents(), max_size=4))
def test_same_night_twice_changes_nothing(graph, reader, empty, corpus):
    empty()
    rules = ruleset(RULES, graph.ontology)
    graph.upsert(extractions(corpus))
    graph.infer(rules)
    before = [sorted(map(repr, reader.rows(query))) for query in EVERYTHING]

    change, report = graph.upsert(extractions(corpus)), graph.infer(rules)

    assert (change.upserted, change.unchanged) == (0, len(corpus))
    assert (report.added, report.changed, report.removed) == (0, 0, 0)
    assert [sorted(map(repr, reader.rows(query))) for query in EVERYTHING] == before
