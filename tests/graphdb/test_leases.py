"""Who may write: one run, until it is done or dead, and nobody who only thinks so."""

import time

import pytest

from graphdb import GraphConfig, GraphEmptiedError, LeaseHeldError, LeaseLostError, leases
from graphdb.graph import Graph
from tests.strategies import extraction

ADA = ("Ada", "WORKS_FOR", "Acme")


@pytest.fixture
def short(server, ontology, graph):
    """A graph whose leases run out within a second, and which nobody renews."""
    config = GraphConfig(lease_s=1.0)
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology, config=config) as short:
        yield short


def test_second_run_is_told_who_and_since_when(graph):
    with (
        graph.lease("ada@desk:17", "run-1"),
        pytest.raises(LeaseHeldError, match=r"ada@desk:17 .* since 20\d\d-") as caught,
        graph.lease("bob@desk:18", "run-2"),
    ):
        pass

    assert caught.value.holder == "ada@desk:17"
    assert caught.value.since < caught.value.expires


def test_lease_is_free_again_afterwards(graph):
    with graph.lease("one", "run-1") as first:
        pass
    with graph.lease("two", "run-2") as second:
        pass

    assert second.epoch == first.epoch + 1


def test_lease_is_given_back_when_the_run_fails(graph):
    with pytest.raises(KeyError), graph.lease("one", "run-1"):
        raise KeyError

    with graph.lease("two", "run-2") as second:
        assert graph.upsert(extraction(ADA), second).upserted == 1


def test_lease_is_renewed_while_the_run_lives(short):
    with short.lease("one", "run-1"):
        time.sleep(1.6)

        with pytest.raises(LeaseHeldError), short.lease("two", "run-2"):
            pass


def test_dead_run_is_succeeded_when_its_lease_has_run_out(short):
    leases.acquire(short.connection, "dead", "run-1", 0.3)
    time.sleep(0.5)

    with short.lease("two", "run-2") as second:
        assert second.epoch == 2


def test_lease_lost_in_the_middle_of_a_transaction_stops_its_commit(graph, server, ontology):
    """The check is the last statement, so no takeover fits between it and the commit."""
    slow = leases.acquire(graph.connection, "slow", "run-1", 0.1)
    time.sleep(0.3)
    taken = []

    def take_over_before_the_fence(query, parameters):
        if "CREATE (subject)" in query:
            taken.append(leases.acquire(graph.connection, "quick", "run-2", 60))

    with (
        Graph.connect(
            server.uri, auth=server.auth, ontology=ontology, tracer=take_over_before_the_fence
        ) as traced,
        pytest.raises(LeaseLostError),
    ):
        traced.upsert(extraction(ADA, id="a"), slow)

    assert taken
    assert graph.ledger("default") == {}


def test_takeover_waits_for_a_commit_that_has_been_let_through(graph, server, ontology):
    """Between fence and COMMIT the lease is locked: the taker comes after the commit."""
    slow = leases.acquire(graph.connection, "slow", "run-1", 0.1)
    time.sleep(0.3)
    impatient = GraphConfig(patience_s=0.1)
    refused = []

    def try_to_take_over(moment):
        if moment == "upsert: written":
            query = "MATCH (lease:Lease) SET lease.seen = true"
            with graph.connection._driver.session() as session:
                try:
                    session.begin_transaction(timeout=0.5).run(query).consume()
                except Exception as error:  # noqa: BLE001 - any of the server's
                    refused.append(error)

    with Graph.connect(
        server.uri, auth=server.auth, ontology=ontology, config=impatient, reached=try_to_take_over
    ) as watched:
        watched.upsert(extraction(ADA, id="a"), slow)

    assert len(refused) == 1
    assert set(graph.ledger("default")) == {"a"}


def test_giving_back_a_lost_lease_disturbs_nobody(graph):
    lost = leases.acquire(graph.connection, "slow", "run-1", 0.1)
    time.sleep(0.3)

    with graph.lease("quick", "run-2") as mine:
        leases.release(graph.connection, lost)

        assert not leases.renew(graph.connection, lost, 60)
        assert leases.renew(graph.connection, mine, 60)


def test_graph_that_is_emptied_in_the_middle_of_a_run_says_so(graph, empty):
    with graph.lease("one", "run-1") as lease:
        graph.upsert(extraction(ADA, id="a"), lease)
        empty()

        for write in (
            lambda: graph.upsert(extraction(ADA, id="b"), lease),
            lambda: graph.retract("a", lease),
            lambda: graph.clear(lease),
        ):
            with pytest.raises(GraphEmptiedError, match="was emptied while this run"):
                write()

    assert graph.ledgers() == {}


def test_epochs_that_begin_anew_do_not_let_an_old_run_write(graph, empty):
    """After a graph was emptied the next lease has the number of the first."""
    with graph.lease("old", "run-1") as old:
        empty()
        with graph.lease("new", "run-2") as new:
            assert new.epoch == old.epoch
            with pytest.raises(LeaseLostError, match="new"):
                graph.upsert(extraction(ADA), old)
            assert not leases.renew(graph.connection, old, 60)
            leases.release(graph.connection, old)
            assert leases.renew(graph.connection, new, 60)
