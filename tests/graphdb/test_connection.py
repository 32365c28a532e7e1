"""The driver's troubles arrive as ours: repeated when that helps, said in a sentence when not."""

import time
from dataclasses import replace

import pytest

from graphdb import (
    AccessDeniedError,
    GraphConfig,
    GraphError,
    GraphUnavailableError,
    StatementRefusedError,
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

    assert any("CREATE (subject)" in query and parameters["rows"] for query, parameters in seen)
