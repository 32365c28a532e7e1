"""Documents come and change, and the graph says what they say now."""

import threading
from dataclasses import replace

import pytest

from extractors.facts import Document, Entity, Extraction, Mention, Span
from graphdb import Graph, GraphConfig, GroupConfig
from tests.strategies import extraction

ADA = ("Ada", "WORKS_FOR", "Acme")
BOB = ("Bob", "WORKS_FOR", "Acme")


def test_upsert_writes_the_contract(graph, reader):
    graph.upsert(extraction(ADA, id="a", title="On Ada"))

    assert reader.rows(
        "MATCH (d:Document)-[:HAS_CHUNK]->(c:Chunk)-[s:STATES]->(subject:Entity:Person)"
        "-[f:WORKS_FOR {key: s.fact}]->(object:Entity:Organization {key: s.object})"
        " RETURN d.id, d.title, c.index, c.text, s.type, subject.name, object.name, f.confidence,"
        " f.witnesses, f.derived"
    ) == [
        ("a", "On Ada", 0, "Ada works for Acme. ", "WORKS_FOR", "Ada", "Acme", 1.0, 1, False)
    ]  # fmt: skip
    assert reader.rows(
        "MATCH (:Chunk)-[m:MENTIONS]->(e:Entity)"
        " RETURN m.start, m.end, m.text, e.name ORDER BY m.start"
    ) == [(0, 3, "Ada", "Ada"), (14, 18, "Acme", "Acme")]


def test_upsert_twice_changes_nothing(graph, reader):
    documents = [extraction(ADA, id="a"), extraction(ADA, BOB, id="b")]
    graph.upsert(documents)
    before = list(graph.dump()), reader.totals(), reader.changes()

    change = graph.upsert(documents)

    assert (change.upserted, change.unchanged) == (0, 2)
    assert (list(graph.dump()), reader.totals(), reader.changes()) == before


def test_edit_replaces_what_the_document_said(graph, reader):
    graph.upsert(extraction(ADA, id="a"))

    graph.upsert(extraction(("Ada", "WORKS_FOR", "Bolt"), id="a"))

    assert reader.triples() == {("Ada", "WORKS_FOR", "Bolt")}
    assert reader.entities() == {("Person", "Ada"), ("Organization", "Bolt")}
    assert reader.rows("MATCH (c:Chunk) RETURN c.text") == [("Ada works for Bolt. ",)]


def test_two_documents_are_two_witnesses_and_the_surer_counts(graph, reader):
    graph.upsert([extraction((*ADA, 0.5), id="a"), extraction((*ADA, 0.75), id="b")])
    graph.upsert(extraction((*ADA, 0.25), (*ADA, 0.25), id="c"))

    assert reader.weights() == {ADA: (0.75, 3)}


def test_edit_that_is_less_sure_lowers_confidence(graph, reader):
    graph.upsert([extraction((*ADA, 0.5), id="a"), extraction((*ADA, 1.0), id="b")])

    graph.upsert(extraction((*ADA, 0.25), id="b"))

    assert reader.weights() == {ADA: (0.5, 2)}


def test_equal_texts_in_two_documents_are_two_chunks(graph, reader):
    graph.upsert([extraction(ADA, id="a"), extraction(ADA, id="b")])

    assert reader.rows("MATCH (c:Chunk) RETURN c.text") == [("Ada works for Acme. ",)] * 2


def test_next_group_is_read_while_one_is_written(graph, server, ontology):
    """In the thread of the caller: an iterator may belong to it."""
    seen, overlapped = [], []
    second_is_read = threading.Event()

    def documents():
        for id_ in "ab":
            seen.append(threading.current_thread())
            yield extraction(ADA, id=id_)
        second_is_read.set()

    def reached(moment):
        if moment == "upsert: written":
            overlapped.append(second_is_read.wait(timeout=60))

    config = GraphConfig(group=GroupConfig(documents=1))
    with Graph.connect(
        server.uri, auth=server.auth, ontology=ontology, config=config, reached=reached
    ) as watched:
        change = watched.upsert(documents())

    assert overlapped == [True, True]
    assert set(seen) == {threading.current_thread()}
    assert change.upserted == 2


def test_documents_before_one_that_cannot_be_read_are_written(graph):
    def documents():
        yield from (extraction(ADA, id=f"{n:03}") for n in range(101))
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        graph.upsert(documents())

    assert len(graph.ledger("default")) == 100


def test_rename_moves_the_evidence(graph, reader):
    graph.upsert([extraction(ADA, id="old"), extraction(BOB, id="other")])

    graph.upsert(extraction(ADA, id="new"))
    graph.retract("old")

    assert reader.weights() == {ADA: (1.0, 1), BOB: (1.0, 1)}
    assert set(graph.ledger("default")) == {"new", "other"}


def test_split_of_a_document_in_two_keeps_each_fact_once(graph, reader):
    graph.upsert(extraction(ADA, BOB, id="both"))

    graph.upsert([extraction(ADA, id="first"), extraction(BOB, id="second")])
    graph.retract("both")

    assert reader.weights() == {ADA: (1.0, 1), BOB: (1.0, 1)}


def test_new_title_is_written_without_touching_facts(graph, reader):
    graph.upsert(extraction(ADA, id="a", title="Old"))
    changes = reader.changes()

    graph.upsert(extraction(ADA, id="a", title="New"))

    assert reader.rows("MATCH (d:Document) RETURN d.title") == [("New",)]
    assert reader.changes() == changes


def test_document_without_text_or_facts_is_in_the_ledger(graph, reader):
    graph.upsert(extraction(id="empty"))

    assert set(graph.ledger("default")) == {"empty"}


def test_homonyms_of_different_types_are_two_entities(graph, reader):
    graph.upsert(extraction(("Paris", "LOCATED_IN", "France"), ("Paris", "MARRIED_TO", "Helen")))

    assert {("Location", "Paris"), ("Person", "Paris")} <= reader.entities()


def test_spellings_become_aliases_in_any_order(graph, reader):
    documents = [extraction(name, id=name) for name in ("ada", "ADA", "Ada", "Ada.")]
    graph.upsert(documents[:2])
    graph.upsert(documents[2:])

    assert reader.aliases("Ada") == ["ADA", "Ada.", "ada"]


def test_name_goes_with_the_last_document_that_uses_it(graph, reader):
    graph.upsert([extraction("Ada", id="a"), extraction("ADA", id="b"), extraction("ADA", id="c")])

    graph.retract("a")

    assert reader.rows("MATCH (e:Entity) RETURN e.name, e.aliases") == [("ADA", [])]


def test_rows_outside_the_ontology_are_rejected_one_by_one(graph, reader):
    change = graph.upsert(
        extraction(ADA, ("Ada", "OWNS", "Acme"), ("Acme", "WORKS_FOR", "Ada"), id="a")
    )

    assert [(row.document_id, row.what, row.reason) for row in change.rejected] == [
        ("a", "Ada OWNS Acme", "the ontology has no relation type 'OWNS'")
    ]
    assert ADA in reader.triples()


def test_wrong_ends_are_rejected(graph, reader):
    document = Document(id="a", text="Ada, Bob")
    ada = Entity("Person", "Ada", (Mention(Span(0, 3), "Ada"),))
    odd = Entity("Ghost", "Bob", (Mention(Span(5, 8), "Bob"),))
    base = extraction("Ada", id="a")
    change = graph.upsert(
        Extraction(
            document=document,
            chunks=(replace(base.chunks[0], span=Span(0, 8)),),
            entities=(ada, odd),
        )
    )

    assert [row.reason for row in change.rejected] == ["the ontology has no entity type 'Ghost'"]
    assert reader.entities() == {("Person", "Ada")}


def test_iterables_are_read_group_by_group(graph, server, ontology):
    """A night of a million documents needs the memory of a few hundred."""
    read = []

    def stream():
        for number in range(12):
            read.append(number)
            yield extraction(ADA, id=str(number))

    seen = []
    config = GraphConfig(group=GroupConfig(documents=2))
    with graph.connect(
        server.uri, auth=server.auth, ontology=ontology, config=config,
        reached=lambda moment: seen.append((moment, len(read))),
    ) as small:  # fmt: skip
        small.upsert(stream())

    n_read = [n for moment, n in seen if moment == "upsert: committed"]
    # Those written, the two groups after them, and the one document that begins yet another.
    assert len(n_read) == 6
    assert all(2 * n <= n_then <= 2 * n + 5 for n, n_then in enumerate(n_read, start=1))


def test_document_given_twice_ends_in_its_later_version(graph, reader):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="a")])

    assert reader.triples() == {BOB}


def test_change_counts_what_happened(graph):
    first = graph.upsert([extraction((*ADA, 0.5), BOB, id="a"), extraction("Cy", id="b")])
    second = graph.upsert(extraction((*ADA, 0.75), id="a"))

    assert (first.upserted, first.entities_added, first.facts_added) == (2, 4, 2)
    assert (second.entities_removed, second.facts_changed, second.facts_removed) == (1, 1, 1)


def test_every_change_of_facts_is_noted_for_the_rules(graph, reader):
    graph.upsert(extraction((*ADA, 0.5), BOB, id="a"))
    graph.upsert(extraction((*ADA, 0.75), id="a"))
    graph.upsert(extraction((*ADA, 0.75), "ADA", id="a"))

    assert reader.changes() == [(1, 2, 0, 0, 0), (2, 0, 1, 1, 1), (3, 0, 0, 0, 1)]


@pytest.mark.parametrize("n", [1, 3])
def test_the_night_is_the_same_whatever_the_groups(graph, server, ontology, n):
    documents = [extraction(ADA, (str(n), "WORKS_FOR", "Acme"), id=str(n)) for n in range(5)]
    graph.upsert(documents)
    together = list(graph.dump())
    graph.retract(graph.ledger("default"))

    config = GraphConfig(group=GroupConfig(documents=n))
    with graph.connect(server.uri, auth=server.auth, ontology=ontology, config=config) as small:
        small.upsert(documents)

    assert list(graph.dump()) == together
