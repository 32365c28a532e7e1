"""What documents state nothing of is left out of the graph, if the ontology says so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphdb import Ontology
from graphdb.graph import Graph
from tests.strategies import extraction

TYPES = {
    "entities": {"Person": {}, "Organization": {}, "Location": {}, "Time": {"value": "date"}},
    "relations": {
        "WORKS_FOR": {"subject": ["Person"], "object": ["Organization"]},
        "BORN": {"subject": ["Person"], "object": ["Time"]},
    },
}
ALL, NAMED, WITH_FACTS = (
    Ontology.model_validate(TYPES | {"keep": keep}) for keep in ("all", "named", "with_facts")
)


def connected(server, ontology):
    return Graph.connect(server.uri, auth=server.auth, ontology=ontology)


def mentioned(server, ontology, documents):
    """Return what a graph of documents mentions where, and how much was left out."""
    with connected(server, ontology) as graph:
        graph.clear()
        graph.prepare()
        change = graph.upsert(documents)
        rows = graph.connection.read(
            "MATCH (document:Document)-[:HAS_CHUNK]->()-[:MENTIONS]->(entity:Entity) "
            "RETURN document.id AS document, entity.name AS name"
        )
        assert graph.audit() == []
    return {(row["document"], row["name"]) for row in rows}, change.entities_left_out


def dated():
    """Return a document that mentions a day and a person, and states nothing."""
    return extraction(("Ada", "BORN", "4 July 1934"), id="a")


def test_entities_come_in_if_their_document_states_a_fact_of_them(server, prepared, empty):
    empty()
    documents = [extraction(("Ada", "WORKS_FOR", "Acme"), "Bob", id="a"), extraction("Ada", id="b")]

    everything, n_left_out = mentioned(server, ALL, documents)
    with_facts, n_without = mentioned(server, WITH_FACTS, documents)

    assert everything == {("a", "Ada"), ("a", "Acme"), ("a", "Bob"), ("b", "Ada")}
    assert with_facts == {("a", "Ada"), ("a", "Acme")}
    assert (n_left_out, n_without) == (0, 2)


def test_names_stay_and_values_without_a_fact_go(server, prepared, empty):
    """BORN may not stand between an organization and a date, so that date is in no fact."""
    empty()
    types = TYPES | {"relations": {"BORN": {"subject": ["Location"], "object": ["Time"]}}}
    ontology = Ontology.model_validate(types | {"keep": "named"})

    found, n_left_out = mentioned(server, ontology, [dated()])

    assert found == {("a", "Ada")}
    assert n_left_out == 1


def test_edit_that_gives_an_entity_its_first_fact_brings_it_in(server, prepared, empty):
    empty()
    with connected(server, WITH_FACTS) as graph:
        graph.prepare()
        graph.upsert(extraction("Ada", id="a"))
        before = graph.counts()

        graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), id="a"))

        assert before.entities == 0
        assert graph.counts().entities == 2


def test_what_is_kept_is_told_apart_in_the_ledger():
    assert len({each.fingerprint for each in (ALL, NAMED, WITH_FACTS)}) == 3
    assert ALL.fingerprint == Ontology.model_validate(TYPES).fingerprint


names = st.sampled_from(("Ada", "Bob", "Cy"))
works = st.tuples(names, st.just("WORKS_FOR"), st.sampled_from(("Acme", "Bolt")))
born = st.tuples(names, st.just("BORN"), st.sampled_from(("4 July 1934", "1934-07-04", "1999")))
contents = st.lists(st.one_of(names, works, born), min_size=1, max_size=4)
steps = st.tuples(st.sampled_from("abc"), st.none() | contents)


@pytest.mark.parametrize("keeping", [NAMED, WITH_FACTS], ids=("named", "with facts"))
@settings(max_examples=8)
@given(st.lists(steps, max_size=6))
def test_any_history_equals_a_fresh_build_whatever_is_kept(
    server, prepared, empty, keeping, history
):
    empty()
    documents = {}
    with connected(server, keeping) as graph:
        graph.prepare()
        for name, content in history:
            if content is None:
                documents.pop(name, None)
                graph.retract(name)
            else:
                documents[name] = extraction(*content, id=name)
                graph.upsert(documents[name])
        after = list(graph.dump())

        graph.clear()
        graph.prepare()
        graph.upsert(documents.values())

        assert list(graph.dump()) == after
