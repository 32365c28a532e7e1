"""Promise 6: `kill -9` at any moment, then run again: the same graph."""

import os
import signal
from dataclasses import replace

import pytest

from graphdb import Graph, GraphConfig, GraphUnavailableError
from graphdb.connection import MOMENTS
from graphdb.embedded import EmbeddedServer
from graphdb.embedded.processes import holder
from tests.conftest import free_ports
from tests.graphdb.writers import at, first_night, second_night, start

NAMED = [f"{unit}: {moment}" for unit in ("upsert", "retract", "infer") for moment in MOMENTS]
STATEMENTS = ["2", "7", "11"]
"""Numbers of the statements before which the run dies, somewhere in its transaction."""

IN_MANY_TRANSACTIONS = [
    *((f"infer: {moment}", 4) for moment in MOMENTS),
    *(("infer: committed", n) for n in (1, 2, 3, 5, 6)),
]
"""Moments of an inference that takes seven transactions: around one of them, and after each."""


@pytest.mark.parametrize("moment", NAMED + STATEMENTS)
def test_killed_run_is_mended_by_the_next(graph, server, moment):
    """In a transaction, before its COMMIT or after it: of the upsert, the retraction, the rules."""
    killed_run_is_mended(graph, server, moment)


@pytest.mark.parametrize(("moment", "n"), IN_MANY_TRANSACTIONS)
def test_killed_inference_of_many_transactions_is_mended_by_the_next(graph, server, moment, n):
    killed_run_is_mended(graph, server, moment, str(n), "0")


def killed_run_is_mended(graph, server, *when):
    first_night(graph)

    process = start(server, "die", *when)
    process.communicate(server.password, timeout=120)

    assert process.returncode == -signal.SIGKILL
    assert graph.audit() == []
    second_night(graph)
    mended = list(graph.dump())
    assert mended == built_anew(graph)


def built_anew(graph) -> list[str]:
    """Empty the graph and return the dump of a second night without a first."""
    graph.connection.write(lambda tx: tx.run("MATCH (n) WHERE NOT n:SchemaVersion DETACH DELETE n"))
    second_night(graph)
    return list(graph.dump())


@pytest.fixture(scope="module")
def mortal(embedded_config):
    """A server of one's own, to be killed."""
    bolt_port, http_port = free_ports(2)
    home = embedded_config.home.with_name("mortal")
    config = replace(embedded_config, home=home, bolt_port=bolt_port, http_port=http_port)
    server = EmbeddedServer(config)
    with server.running():
        yield server


@pytest.mark.parametrize("moment", ["upsert: written", "upsert: committed", "infer: written"])
def test_run_whose_server_was_killed_is_mended_by_the_next(mortal, ontology, moment):
    """The server dies in a transaction, before a COMMIT or after it, and comes back."""

    def kill() -> None:
        pid, _ = holder(mortal.home.server_lock)
        os.kill(pid, signal.SIGKILL)
        mortal.stop()  # only waits until it is gone

    def connect(**seams) -> Graph:
        endpoint = mortal.start()
        auth = (endpoint.user, endpoint.password)
        config = GraphConfig(patience_s=0)
        return Graph.connect(
            endpoint.bolt_uri, auth=auth, ontology=ontology, config=config, **seams
        )

    with connect() as graph:
        graph.prepare()
        first_night(graph)
    reached, tracer = at(moment, 1, kill)
    with (
        connect(reached=reached, tracer=tracer) as graph,
        pytest.raises(GraphUnavailableError),
    ):
        second_night(graph)

    with connect() as graph:
        assert graph.audit() == []
        second_night(graph)
        assert list(graph.dump()) == built_anew(graph)
