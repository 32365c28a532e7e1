"""A person's decision about who is who is followed, undone without a trace, and outlives all."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.facts import Place
from graphdb import Decision, DecisionError
from graphdb.asking import entities_called
from graphdb.graph import Graph
from graphdb.identity import Clusters, entity_key
from graphdb.rules import RuleSet
from tests.strategies import extraction

SAME = Decision(kind="same", type="Organization", one="IBM", other="Big Blue", by="eve", at="2026")
ADA = ("Ada", "WORKS_FOR", "IBM")
BOB = ("Bob", "WORKS_FOR", "Big Blue")
SEAT = ("Big Blue", "BASED_IN", "Armonk", 0.5)
DOCUMENTS = [extraction(ADA, id="a"), extraction(BOB, SEAT, id="b"), extraction(ADA, BOB, id="c")]


def distinct(one, other):
    return Decision(kind="distinct", type="Organization", one=one, other=other, by="eve", at="2026")


@pytest.fixture
def rules(ontology):
    return RuleSet.of([], ontology)


@pytest.fixture
def graph(graph, rules):
    graph.upsert(DOCUMENTS)
    graph.infer(rules)
    return graph


def fresh(graph, rules, documents, decisions=()):
    """Return the dump of a graph that is built of nothing but these."""
    graph.clear()
    graph.prepare()
    graph.decide(decisions)
    graph.upsert(documents)
    graph.infer(rules)
    return list(graph.dump())


def test_merged_names_are_one_thing_with_the_facts_of_both(graph, reader, rules):
    graph.decide(SAME)

    assert reader.weights() == {
        ("Ada", "WORKS_FOR", "Big Blue"): (1.0, 2),
        ("Bob", "WORKS_FOR", "Big Blue"): (1.0, 2),
        ("Big Blue", "BASED_IN", "Armonk"): (0.5, 1),
    }
    assert reader.aliases("Big Blue") == ["IBM"]
    assert graph.audit() == []
    (entity,) = entities_called(graph.connection, graph.ontology, "ibm")
    assert entity.name == "Big Blue"


def test_evidence_keeps_the_key_it_was_read_as_and_a_split_leaves_no_trace(graph, reader, rules):
    before = list(graph.dump())
    graph.decide(SAME)
    graph.infer(rules)
    (entity,) = entities_called(graph.connection, graph.ontology, "IBM")

    gone = graph.split(entity.key)
    graph.infer(rules)

    assert gone == [SAME]
    assert graph.decisions() == []
    assert list(graph.dump()) == before


def test_any_order_of_documents_and_decisions_gives_one_graph(graph, rules):
    graph.decide(SAME)
    graph.infer(rules)
    decided_last = list(graph.dump())

    assert decided_last == fresh(graph, rules, DOCUMENTS, [SAME])


def test_decision_twice_changes_nothing(graph, reader):
    graph.decide(SAME)
    before = list(graph.dump()), reader.totals()

    change = graph.decide(SAME)

    assert change.upserted == 0
    assert (list(graph.dump()), reader.totals()) == before


def test_decision_outlives_edits_retractions_and_other_spellings(graph, reader):
    graph.decide(SAME)
    graph.retract(["a", "b", "c"])
    assert reader.entities() == set()

    graph.upsert([extraction(("Ada", "WORKS_FOR", "I.B.M."), BOB, id="new")])

    assert {name for type_, name in reader.entities() if type_ == "Organization"} == {"Big Blue"}


def test_names_that_a_person_called_distinct_are_not_merged_by_way_of_others(graph, reader):
    graph.decide([SAME, distinct("IBM", "Acme")])
    before = graph.decisions(), list(graph.dump())

    with pytest.raises(DecisionError, match="IBM is not Acme"):
        graph.decide(Decision(kind="same", type="Organization", one="Big Blue", other="Acme"))

    assert (graph.decisions(), list(graph.dump())) == before


def test_calling_merged_names_distinct_parts_them(graph, rules):
    before = list(graph.dump())
    graph.decide(SAME)

    graph.decide(distinct("Big Blue", "IBM"))
    graph.infer(rules)

    assert [decision.kind for decision in graph.decisions()] == ["distinct"]
    assert list(graph.dump()) == before


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (Decision(kind="same", type="Ship", one="A", other="B"), "no entity type 'Ship'"),
        (Decision(kind="same", type="Person", one="Ada", other="ADA."), "are one name"),
    ],
)
def test_decision_that_cannot_be_is_refused(graph, decision, why):
    with pytest.raises(DecisionError, match=why):
        graph.decide(decision)

    assert graph.decisions() == []


NAMES = ("IBM", "Big Blue", "Acme", "Bolt")
pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda p: p[0] != p[1])
contents = st.lists(
    st.tuples(st.sampled_from(("Ada", "Bob")), st.just("WORKS_FOR"), st.sampled_from(NAMES)),
    max_size=3,
)
steps = st.one_of(
    st.tuples(st.just("document"), st.sampled_from("abc"), contents),
    st.tuples(st.just("retract"), st.sampled_from("abc"), st.none()),
    st.tuples(st.just("same"), pairs, st.none()),
    st.tuples(st.just("distinct"), pairs, st.none()),
    st.tuples(st.just("split"), st.sampled_from(NAMES), st.none()),
)


@settings(max_examples=15)
@given(st.lists(steps, max_size=7))
def test_any_history_with_decisions_equals_a_fresh_build(
    server, prepared, empty, ontology, rules, history
):
    empty()
    documents = {}
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as graph:
        for step, what, content in history:
            if step == "document":
                documents[what] = extraction(*content, id=what)
                graph.upsert(documents[what])
            elif step == "retract":
                documents.pop(what, None)
                graph.retract(what)
            elif step == "split":
                for entity in entities_called(graph.connection, ontology, what):
                    graph.split(entity.key)
            else:
                one, other = what
                try:
                    graph.decide(Decision(kind=step, type="Organization", one=one, other=other))
                except DecisionError:
                    continue
        graph.infer(rules)
        after, decisions = list(graph.dump()), graph.decisions()
        assert graph.audit() == []

        assert after == fresh(graph, rules, documents.values(), decisions)


@given(st.permutations([("a", "b"), ("b", "c"), ("d", "e")]))
def test_clusters_do_not_depend_on_the_order_of_decisions(joined):
    decisions = [Decision(kind="same", type="T", one=one, other=other) for one, other in joined]
    clusters = Clusters.of(decisions, {})
    keys = {name: clusters.key(entity_key("T", name)) for name in "abcdef"}

    assert keys["a"] == keys["b"] == keys["c"]
    assert keys["d"] == keys["e"]
    assert len({keys["a"], keys["d"], keys["f"]}) == 3


def test_document_that_is_written_again_keeps_its_pages_author_and_date(graph, rules):
    """Put together from the graph alone, it is what it was when it was read."""
    document = extraction(ADA, BOB, SEAT, id="paged", chunk_sentences=2)
    boxed = Place(0, 1, (1.0, 2.0, 3.0, 4.5))
    paged = replace(
        document,
        document=replace(
            document.document,
            places=(boxed, Place(22, 2), Place(40, 3)),
            author="Eve",
            date="2024-03-05",
        ),
    )
    graph.upsert(paged)

    graph.decide(SAME)
    graph.infer(rules)
    written_again = list(graph.dump())

    assert written_again == fresh(graph, rules, [*DOCUMENTS, paged], [SAME])
