"""A catalogue's names are mentions: evidence like any other, whatever history led there."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.night.holding import new_run
from flows.night.order import run_night
from flows.night.request import Request
from flows.sources import Folder
from graphdb import Decision, Graph, Ontology
from graphdb.asking import catalogue_entries, entities_called
from graphdb.spotting import KnownName


def names(*rows):
    """Return names from (type, name, id)."""
    return tuple(KnownName(type_, name, frozenset({id_})) for type_, name, id_ in rows)


ACME = names(("Organization", "Acme", "Q1"), ("Organization", "Acme Works", "Q1"))
CATALOGUES = {
    "none": (),
    "acme": ACME,
    "other id": names(("Organization", "Acme", "Q2"), ("Organization", "Bolt", "Q3")),
    "other type": names(("Person", "Acme", "Q1"), ("Person", "Ada", "Q4")),
    "longer": names(("Organization", "Ada works", "Q5"), ("Organization", "works for Acme", "Q6")),
}
TEXTS = st.sampled_from(
    [
        "Ada works for Acme.",
        "They met Acme there, and Bolt too. Acme grew.",
        "Acme grew. They say that Acme Works grew.",
        "Bob works for Acme. Acme is based in Ghent. Nobody met Ada.",
        "Bob works for Bolt. They left.",
    ]
)
NIGHTS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(["a.txt", "b.txt"]), TEXTS),
        st.sampled_from(sorted(CATALOGUES)),
        st.booleans(),
    ),
    min_size=2,
    max_size=4,
)
MERGE = Decision(kind="same", type="Organization", one="Acme", other="Bolt", by="eve", at="2026")


@pytest.fixture
def knowing(graph, ontology):
    """Return the tests' graph with a catalogue, whose types are resolved."""
    data = ontology.model_dump(by_alias=True)
    for name in ("Organization", "Person"):
        data["entities"][name]["identity"] = "resolved"
    resolved = Ontology.model_validate(data)
    return lambda names: Graph(graph.connection, resolved.knowing(names), graph.config)


@pytest.fixture
def spend(knowing, tools, folder):
    """Write these files and nothing else, and spend a night over them with a catalogue."""

    def spend(files, names):
        for old in folder.iterdir():
            old.unlink()
        for name, text in files.items():
            (folder / name).write_text(text)
        request = Request(
            documents=Folder(name="notes", path=folder), allow_vanished=True, run=new_run()
        )
        return run_night(request, replace(tools, graph=knowing(names)))

    return spend


@pytest.fixture
def mentions(driver):
    """Read what chunks mention, and what of it comes from the catalogue."""

    def read():
        query = (
            "MATCH (:Chunk)-[m:MENTIONS]->(e:Entity) "
            "RETURN e.type, e.name, m.text, m.confidence, m.catalogue"
        )
        with driver.session() as session:
            return {
                (*row[:4], tuple(row[4] or ()))
                for row in (record.values() for record in session.run(query))
            }

    return read


def test_document_that_names_a_known_thing_mentions_it(spend, knowing, mentions):
    report = spend({"a.txt": "They met Acme there.", "b.txt": "Ada works for Acme."}, ACME)

    acme = ("Organization", "Acme", "Acme", 1.0, ("Q1",))
    assert mentions() == {acme, ("Person", "Ada", "Ada", 0.9, ())}
    assert report.violations == ()
    graph = knowing(ACME)
    (entity,) = entities_called(graph.connection, graph.ontology, "acme")
    assert catalogue_entries(graph.connection, [entity.key]) == {entity.key: {"Q1": 2}}
    assert graph.audit() == []


def test_another_catalogue_is_followed_and_no_model_reads_anything(spend, tools, mentions, triples):
    files = {"a.txt": "They met Acme there.", "b.txt": "Ada works for Acme."}
    spend(files, ACME)
    n_read = tools.extractor.n_read

    same = spend(files, ACME)
    other = spend(files, CATALOGUES["other id"])
    assert ("Organization", "Acme", "Acme", 1.0, ("Q2",)) in mentions()
    gone = spend(files, ())

    assert (same.n_changed, other.n_changed, gone.n_changed) == (0, 2, 2)
    assert tools.extractor.n_read == n_read
    ada, acme = ("Person", "Ada", "Ada", 0.9, ()), ("Organization", "Acme", "Acme", 0.9, ())
    assert mentions() == {ada, acme}
    assert triples() == {("Ada", "WORKS_FOR", "Acme")}


def test_what_is_written_again_for_a_decision_waits_for_the_night_with_its_catalogue(
    spend, knowing, mentions
):
    """A decision must not make a document look as if the night had seen the new catalogue."""
    files = {"a.txt": "They met Acme there.", "b.txt": "They met Bolt there."}
    spend(files, CATALOGUES["other id"])

    knowing(ACME).decide(MERGE)
    report = spend(files, ACME)

    assert report.n_changed == 2
    assert mentions() == {("Organization", "Acme", "Acme", 1.0, ("Q1",))}


@settings(max_examples=12)
@given(NIGHTS)
def test_any_history_of_catalogues_equals_a_fresh_build(spend, knowing, empty, nights):
    empty()
    for files, catalogue, merges in nights:
        if merges:
            knowing(CATALOGUES[catalogue]).decide(MERGE)
        spend(files, CATALOGUES[catalogue])
        assert knowing(CATALOGUES[catalogue]).audit() == []
    files, catalogue, _ = nights[-1]
    graph = knowing(CATALOGUES[catalogue])
    after_history, decisions = list(graph.dump()), graph.decisions()
    empty()
    graph.decide(decisions)
    if files:
        spend(files, CATALOGUES[catalogue])

    assert after_history == list(graph.dump())
