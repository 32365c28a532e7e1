"""The driver's troubles arrive as ours: repeated when that helps, said in a sentence when not."""

import re
import threading
import time
from dataclasses import replace

import pytest

from graphdb import (
    AccessDeniedError,
    GraphBusyError,
    GraphConfig,
    GraphError,
    GraphUnavailableError,
    GroupConfig,
    ServerFaultError,
    StatementRefusedError,
    leases,
)
from graphdb.graph import Graph
from tests.conftest import free_ports
from tests.graphdb.proxy import Proxy
from tests.strategies import extraction

IMPATIENT = GraphConfig(patience_s=0.5)
ADA = ("Ada", "WORKS_FOR", "Acme")


@pytest.fixture
def proxy(server):
    with Proxy(server.uri) as proxy:
        yield proxy


@pytest.fixture
def through(proxy, server, ontology, graph):
    """The graph, reached through the proxy."""
    with Graph.connect(proxy.uri, auth=server.auth, ontology=ontology) as through:
        yield through


def test_nobody_there_is_one_sentence_with_the_address(ontology):
    uri = f"bolt://127.0.0.1:{free_ports(1)[0]}"

    with pytest.raises(GraphUnavailableError, match=f"no graph answers at {uri}") as caught:
        Graph.connect(uri, auth=("neo4j", "secret"), ontology=ontology, config=IMPATIENT)

    assert caught.value.uri == uri
    assert "\n" not in str(caught.value)


def test_wrong_password_is_said_without_saying_it(server, ontology):
    with pytest.raises(AccessDeniedError, match="does not take the password") as caught:
        Graph.connect(server.uri, auth=(server.user, "wrong-guess"), ontology=ontology)

    assert "wrong-guess" not in str(caught.value)


def test_log_of_the_driver_has_no_text_of_a_document(graph, reader, caplog):
    """Whoever turns it on looks for what went wrong, and passes the log on."""
    with caplog.at_level("DEBUG", logger="neo4j"):
        graph.upsert([extraction(ADA, id="a")])

    assert "RUN" in caplog.text
    assert "Ada" not in caplog.text
    assert reader.triples() == {ADA}


@pytest.mark.parametrize("uri", ["http://localhost:7474", "localhost:7687"])
def test_not_an_address_of_a_graph(uri, ontology):
    with pytest.raises(GraphError, match=r"not an address of a graph|no graph answers"):
        Graph.connect(uri, auth=("neo4j", "secret"), ontology=ontology, config=IMPATIENT)


def test_statement_at_fault_is_refused_at_once(graph):
    started = time.monotonic()

    with pytest.raises(StatementRefusedError) as caught:
        graph.connection.read("RETURN 1 / $zero", zero=0)

    assert caught.value.code.startswith("Neo.ClientError")
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("value", ["\ud800", 2**63])
def test_what_cannot_be_sent_is_refused_like_what_the_server_refuses(graph, value):
    with pytest.raises(StatementRefusedError, match="cannot be sent"):
        graph.connection.read("RETURN $value", value=value)

    assert graph.connection.read("RETURN 1 AS one") == [{"one": 1}]


def test_lost_answer_to_commit_is_repeated_and_changes_nothing_twice(through, proxy, reader):
    """The driver says IncompleteCommit and gives up; the transaction had been committed."""
    proxy.lose_answers = 1

    change = through.upsert([extraction(ADA, id="a"), extraction(ADA, id="b")])

    assert proxy.lost
    assert through.connection.retries == 1
    assert change.upserted + change.unchanged == 2
    assert reader.weights() == {ADA: (1.0, 2)}
    assert len(reader.changes()) == 1
    assert through.audit() == []


def test_lost_commit_is_repeated(through, proxy, reader):
    proxy.lose_commits = 1

    through.upsert(extraction(ADA, id="a"))

    assert through.connection.retries == 1
    assert reader.triples() == {ADA}


@pytest.mark.parametrize("what", ["lose_commits", "lose_answers"])
def test_group_whose_commit_is_lost_is_written_beside_the_next(
    what, proxy, server, ontology, graph
):
    """The next group has begun by then, and may be committed first."""
    documents = [extraction(ADA, "Ada Byron", id=id_) for id_ in "abcd"]
    graph.upsert(documents)
    as_one = list(graph.dump())
    graph.clear()
    graph.prepare()

    def reached(moment):
        if moment == "upsert: written" and not proxy.lost:
            setattr(proxy, what, 1)

    config = GraphConfig(group=GroupConfig(documents=1))
    with Graph.connect(
        proxy.uri, auth=server.auth, ontology=ontology, config=config, reached=reached
    ) as through:
        change = through.upsert(documents)

        assert proxy.lost
        assert through.connection.retries >= 1
    assert change.upserted + change.unchanged == 4
    assert list(graph.dump()) == as_one
    assert graph.audit() == []


def test_retraction_survives_a_lost_answer(through, proxy, reader):
    through.upsert([extraction(ADA, id="a"), extraction(ADA, id="b")])
    proxy.lose_answers = 1

    through.retract(["a"])

    assert reader.weights() == {ADA: (1.0, 1)}
    assert through.audit() == []


def test_server_that_goes_away_for_good_is_unavailable(server, ontology, graph):
    with Proxy(server.uri) as proxy:
        gone = Graph.connect(
            proxy.uri, auth=server.auth, ontology=ontology, config=replace(IMPATIENT)
        )
    proxy.lose_commits = 1000

    with gone, pytest.raises(GraphUnavailableError):
        gone.upsert(extraction(ADA, id="a"))


def test_tracer_sees_every_statement(server, ontology, graph):
    seen = []
    with Graph.connect(
        server.uri, auth=server.auth, ontology=ontology, tracer=lambda *each: seen.append(each)
    ) as traced:
        traced.upsert(extraction(ADA, id="a"))

    [written] = [given for query, given in seen if "CREATE (subject)" in query]
    assert written["facts"]


ADDRESSES_WITH_A_PASSWORD = [
    "bolt://neo4j:s3cret@localhost:7687",
    "neo4j+s://neo4j:s3c@ret@example.org",
    "http://neo4j:s3cret@localhost",
    "neo4j:s3cret@localhost:7687",
    "bolt://neo4j:s3/cret@localhost",
]


@pytest.mark.parametrize("uri", ADDRESSES_WITH_A_PASSWORD)
def test_password_in_an_address_is_refused_and_not_repeated(uri, ontology):
    with pytest.raises(GraphError, match="NIGHTLOOM_GRAPH__PASSWORD") as caught:
        Graph.connect(uri, auth=("neo4j", "x"), ontology=ontology)

    assert "s3c" not in str(caught.value)
    assert "cret" not in str(caught.value)


@pytest.fixture
def impatient(server, ontology, graph):
    """The graph, for somebody who waits half a second."""
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology, config=IMPATIENT) as graph:
        yield graph


def test_unit_that_takes_longer_than_patience_is_repeated(proxy, server, ontology, graph):
    """What a unit takes is work and not waiting: only its last moment failed."""
    proxy.lose_commits = 1
    attempts = []

    def unit(tx):
        attempts.append(tx.run("RETURN 1 AS one"))
        time.sleep(0.8)

    with Graph.connect(proxy.uri, auth=server.auth, ontology=ontology, config=IMPATIENT) as through:
        through.connection.write(unit)

    assert len(attempts) == 2


def test_server_that_lets_nothing_begin_is_waited_for_as_long_as_patience_lasts(
    server, ontology, graph
):
    with Proxy(server.uri) as proxy:
        gone = Graph.connect(proxy.uri, auth=server.auth, ontology=ontology, config=IMPATIENT)
    gone.connection._driver.close()
    proxy.lose_commits = 1000

    started = time.monotonic()
    with pytest.raises(GraphError):
        gone.connection.read("RETURN 1")

    assert time.monotonic() - started < 10


class Forgotten:
    """A transaction that somebody began in Browser and left open."""

    def __init__(self, driver, statement):
        self.session = driver.session()
        self.transaction = self.session.begin_transaction()
        self.transaction.run(statement).consume()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.transaction.close()
        self.session.close()


def id_in(message):
    return re.search(r"transaction '([\w-]+-transaction-\d+)'", message)[1]


def test_forgotten_transaction_is_named_with_the_way_to_end_it(
    impatient, graph, driver, reader, caplog
):
    """Somebody holds the lock of an entity that a document mentions."""
    graph.upsert(extraction(ADA, id="a"))
    started = time.monotonic()
    with Forgotten(driver, "MATCH (e:Entity {name: 'Ada'}) SET e.note = 1"):
        with pytest.raises(GraphBusyError) as caught:
            impatient.upsert(extraction(ADA, id="b"))
        message = str(caught.value)
        blocking = id_in(message)

        assert time.monotonic() - started < 15
        assert caught.value.blocking == blocking
        assert f"TERMINATE TRANSACTION '{blocking}'" in message
        assert re.search(r"of user 'neo4j' from 127\.0\.0\.1:\d+, open since 20\d\d-", message)
        assert "it runs no query now" in message
        assert f"held by transaction '{blocking}'" in caplog.text
        with driver.session() as session:  # the advice is good
            session.run(f"TERMINATE TRANSACTION '{blocking}'").consume()
        impatient.upsert(extraction(ADA, id="b"))

    assert reader.weights() == {ADA: (1.0, 2)}
    assert graph.audit() == []


@pytest.mark.parametrize(
    "act",
    [
        lambda graph: graph.retract("a"),
        lambda graph: graph.forget("a"),
        lambda graph: graph.clear(),
        lambda graph: leases.acquire(graph.connection, "one", "run-1", 60),
    ],
    ids=["retract", "forget", "clear", "lease"],
)
def test_nothing_waits_for_ever(impatient, graph, driver, act):
    graph.upsert(extraction(ADA, id="a"))
    with graph.lease("before", "run-0"):
        pass
    statement = "MATCH (n) WHERE n:Document OR n:Lease OR n:Entity SET n.note = 1"

    with Forgotten(driver, statement), pytest.raises(GraphBusyError, match="TERMINATE"):
        act(impatient)


def test_one_who_waits_for_a_forgotten_transaction_is_not_taken_for_it(impatient, graph, driver):
    """Whoever is first in the queue is blocked, too: the one at fault is the one it waits for."""
    graph.upsert(extraction(ADA, id="a"))
    statement = "MATCH (e:Entity {name: 'Ada'}) SET e.note = 1"
    with Forgotten(driver, "MATCH (e:Entity {name: 'Acme'}) SET e.note = 2"):
        second = driver.session()
        waiting = second.begin_transaction()
        waiting.run(statement).consume()
        wish = "MATCH (e:Entity {name: 'Acme'}) SET e.note = 3"
        thread = threading.Thread(target=lambda: waiting.run(wish).consume())
        thread.start()
        time.sleep(0.5)
        with pytest.raises(GraphBusyError) as caught:
            impatient.upsert(extraction("Ada", id="b"))
        with driver.session() as session:
            rows = session.run("SHOW TRANSACTIONS YIELD transactionId, currentQuery RETURN *")
            open_ids = {row["transactionId"]: row["currentQuery"] for row in rows}
            session.run(f"TERMINATE TRANSACTION '{caught.value.blocking}'").consume()
        thread.join()
        waiting.rollback()
        second.close()

    assert open_ids[caught.value.blocking] == ""  # the one that waits runs its wish


def test_deadlock_that_outlives_patience_says_so(graph, driver, server, ontology):
    """It is no "no graph answers": the server answers, and others are in the way."""
    graph.upsert(extraction(ADA, id="a"))
    config = GraphConfig(patience_s=0)
    theirs = driver.session()
    transaction = theirs.begin_transaction()
    lock = "MATCH (e:Entity {name: $name}) SET e.note = 1"
    transaction.run(lock, name="Acme").consume()
    thread = threading.Thread(target=lambda: transaction.run(lock, name="Ada").consume())

    def unit(tx):
        tx.run(lock, name="Ada")
        thread.start()
        time.sleep(1)
        tx.run(lock, name="Acme")

    with Graph.connect(server.uri, auth=server.auth, ontology=ontology, config=config) as hasty:
        hasty.connection._watchman.close()  # the server itself finds out who waits for whom
        with pytest.raises(GraphBusyError, match="were in the way again"):
            hasty.connection.write(unit)

    thread.join()
    transaction.rollback()
    theirs.close()


def test_deadlock_is_repeated_even_in_a_unit_longer_than_patience(impatient, graph, driver):
    graph.upsert(extraction(ADA, id="a"))
    lock = "MATCH (e:Entity {name: $name}) SET e.note = 1"
    theirs = driver.session()
    transaction = theirs.begin_transaction()
    transaction.run(lock, name="Acme").consume()

    def get_in_the_way():
        transaction.run(lock, name="Ada").consume()
        transaction.commit()

    thread = threading.Thread(target=get_in_the_way)
    attempts = []

    def unit(tx):
        attempts.append(1)
        tx.run(lock, name="Ada")
        if len(attempts) == 1:
            time.sleep(0.7)
            thread.start()
            time.sleep(0.3)
        tx.run(lock, name="Acme")

    impatient.connection.write(unit)

    thread.join()
    theirs.close()
    assert len(attempts) == 2


def test_database_that_is_not_there_is_the_servers_fault(server, ontology):
    config = GraphConfig(database="nowhere", patience_s=0.5)
    with (
        Graph.connect(server.uri, auth=server.auth, ontology=ontology, config=config) as graph,
        pytest.raises(ServerFaultError, match="NIGHTLOOM_GRAPH__DATABASE") as caught,
    ):
        graph.upsert(extraction(ADA, id="a"))

    assert caught.value.code.endswith("DatabaseNotFound")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"patience_s": -1}, "patience_s is -1; it takes 0 or more"),
        ({"patience_s": float("nan")}, "patience_s is nan"),
        ({"lease_s": 0.5}, "lease_s is 0.5; a lease takes 1 second or more"),
    ],
)
def test_config_refuses_what_cannot_be_meant(values, message):
    with pytest.raises(ValueError, match=message):
        GraphConfig(**values)


def test_group_of_nothing_is_refused():
    with pytest.raises(ValueError, match="documents is 0; a transaction takes 1 or more"):
        GroupConfig(documents=0)
