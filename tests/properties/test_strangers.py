"""Promise 13: a stranger's data in the same database is neither harmed nor in the way."""

import signal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphdb import LeaseHeldError, LeaseLostError, leases
from tests.graphdb.writers import first_night, second_night, start
from tests.rules import RULES, ruleset
from tests.stranger import ACTS, ALL_NODES, NOTES, SCHEMA, Stranger
from tests.strategies import contents, extraction, extractions

ADA = ("Ada", "WORKS_FOR", "Acme")
SEAT = ("Acme", "BASED_IN", "Ghent")

acts = st.lists(st.sampled_from(sorted(ACTS)), max_size=3, unique=True)
corpora = st.dictionaries(st.sampled_from("abcd"), contents(), max_size=4)


@pytest.fixture
def stranger(reader):
    return Stranger(reader)


@pytest.fixture
def their_schema(graph, reader):
    """Indexes and constraints of theirs, on their labels and on ours."""
    for statement in SCHEMA:
        reader.rows(statement)
    yield
    for statement in SCHEMA:
        kind, name = (
            statement.split()[1:3] if "FULLTEXT" not in statement else ("INDEX", "theirs_text")
        )
        reader.rows(f"DROP {kind} {name}")


def night(graph, corpus, gone=()):
    graph.retract(gone)
    change = graph.upsert(extractions(corpus))
    return change, graph.infer(ruleset(RULES, graph.ontology))


@settings(max_examples=20)
@given(before=acts, between=acts, after=acts, old=corpora, new=corpora)
def test_graph_is_what_it_is_without_a_stranger(
    graph, reader, empty, their_schema, before, between, after, old, new
):
    """Nights, the same night again, the audit and the dump, with a stranger at work in between."""
    empty()
    night(graph, new)
    alone = list(graph.dump())
    counts = graph.counts()
    empty()
    stranger = Stranger(reader)

    for act in before:
        stranger.act(act)
    night(graph, old)
    for act in between:
        stranger.act(act)
    night(graph, new, old.keys() - new.keys())
    stranger.assert_unharmed()
    for act in after:
        stranger.act(act)
    change, report = night(graph, new)

    assert (change.upserted, change.unchanged, change.set_aside) == (0, len(new), ())
    assert (report.added, report.changed, report.removed) == (0, 0, 0)
    assert list(graph.dump()) == alone
    assert graph.counts() == counts
    assert graph.audit() == []
    stranger.assert_unharmed()


def test_stranger_may_do_everything_at_once(graph, stranger, their_schema):
    first_night(graph)
    stranger.do_everything()
    second_night(graph)

    assert graph.audit() == []
    stranger.assert_unharmed()
    with_stranger = list(graph.dump())
    graph.clear()
    graph.prepare()
    second_night(graph)
    assert list(graph.dump()) == with_stranger
    stranger.assert_unharmed()


@settings(max_examples=20)
@given(before=acts, between=acts, corpus=corpora)
def test_documents_that_go_and_come_back_as_a_whole(
    graph, reader, empty, their_schema, before, between, corpus
):
    """All that was ours is deleted and made anew, while what is theirs stays where it was."""
    empty()
    night(graph, corpus)
    alone = list(graph.dump())
    stranger = Stranger(reader)

    for act in before:
        stranger.act(act)
    night(graph, {}, corpus)
    stranger.assert_unharmed()
    assert list(graph.dump()) == []
    assert graph.audit() == []
    for act in between:
        stranger.act(act)
    night(graph, corpus)

    assert list(graph.dump()) == alone
    assert graph.audit() == []
    stranger.assert_unharmed()


def test_notes_on_our_nodes_stay_while_the_nodes_do(graph, reader, stranger):
    graph.upsert([extraction(ADA, id="a"), extraction(ADA, SEAT, id="b")])
    stranger.act("write on our nodes")
    nodes = set(reader.rows(NOTES))

    graph.upsert(extraction((*ADA, 0.5), id="a", title="New"))

    still_there = {id_ for (id_,) in reader.rows(ALL_NODES)}
    assert set(reader.rows(NOTES)) == {note for note in nodes if note[0] in still_there}
    assert len(reader.rows("MATCH (n:Seen) WHERE n:Document OR n:Entity RETURN n")) == 5


def test_forgetting_takes_their_relationships_and_leaves_their_nodes(graph, reader, stranger):
    graph.upsert([extraction(ADA, id="a"), extraction(SEAT, id="b")])
    stranger.do_everything()

    receipt = graph.forget("a")

    assert receipt.is_forgotten
    assert set(graph.ledger("default")) == {"b"}
    stranger.assert_unharmed()


def test_what_of_theirs_cites_a_forgotten_document_is_named(graph, reader):
    """It is theirs to erase: nightloom can only say where it stands."""
    graph.upsert(extraction(ADA, id="a"))
    reader.rows("CREATE ({about: ['x', 'a']}), (:Note)-[:ON {document: 'a'}]->(:Note)")

    receipt = graph.forget("a")

    assert len(receipt.citing_nodes) == len(receipt.citing_relationships) == 1
    assert not receipt.is_forgotten


def test_document_of_theirs_with_an_id_of_ours_sets_ours_aside(graph, reader):
    reader.rows("CREATE (:Document {id: 'a', lock: 1})")

    change = graph.upsert([extraction(ADA, id="a"), extraction(SEAT, id="b")])
    graph.retract("a")

    (error,) = change.set_aside
    assert (error.document_id, change.upserted) == ("a", 1)
    assert "is not nightloom's" in str(error)
    assert "rename" in str(error)
    assert reader.rows("MATCH (d:Document {id: 'a'}) RETURN properties(d)") == [
        ({"id": "a", "lock": 1},)
    ]
    assert set(graph.ledgers()) == {"b"}


def test_clearing_leaves_a_stranger_everything_but_what_hung_on_ours(graph, reader, stranger):
    graph.upsert([extraction(ADA, id="a"), extraction(SEAT, id="b")])
    graph.infer(ruleset(RULES, graph.ontology))
    stranger.do_everything()

    with graph.lease("clearing", "run-1") as lease:
        assert graph.clear(lease) > 0
    try:
        assert reader.rows("MATCH (n) WHERE n.mine IS NULL RETURN labels(n)") == []
        stranger.assert_unharmed()
        assert list(graph.dump()) == []
    finally:
        graph.prepare()


def test_two_runs_beside_a_stranger(graph, stranger):
    stranger.act("use our labels")

    with graph.lease("first", "run-1") as lease:
        with pytest.raises(LeaseHeldError), graph.lease("second", "run-2"):
            pass
        assert graph.upsert(extraction(ADA), lease).upserted == 1
    slow = leases.Lease("slow", "run-0", lease.epoch - 1)
    with pytest.raises(LeaseLostError):
        graph.upsert(extraction(SEAT), slow)

    stranger.assert_unharmed()


@pytest.mark.parametrize("moment", ["upsert: written", "retract: committed", "infer: begun"])
def test_killed_run_beside_a_stranger_is_mended_by_the_next(graph, server, stranger, moment):
    first_night(graph)
    stranger.do_everything()

    process = start(server, "die", moment)
    process.communicate(server.password, timeout=120)

    assert process.returncode == -signal.SIGKILL
    stranger.assert_unharmed()
    assert graph.audit() == []
    second_night(graph)
    stranger.assert_unharmed()
    mended = list(graph.dump())
    graph.clear()
    graph.prepare()
    second_night(graph)
    assert list(graph.dump()) == mended
