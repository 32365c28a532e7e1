"""A fault of the server's stops the run with its own sentence; no document is set aside for it."""

import resource
from dataclasses import replace

import pytest

from graphdb import Graph, GraphConfig, GroupConfig, ServerFaultError, StatementRefusedError
from graphdb.embedded import EmbeddedServer
from graphdb.errors import TOO_LARGE
from tests.conftest import free_ports
from tests.strategies import extraction

ADA = ("Ada", "WORKS_FOR", "Acme")


@pytest.fixture
def cramped(embedded_config):
    """A server of one's own, whose disk can be made full."""
    bolt_port, http_port = free_ports(2)
    home = embedded_config.home.with_name("cramped")
    ports = {"bolt_port": bolt_port, "http_port": http_port}
    server = EmbeddedServer(replace(embedded_config, home=home, stop_timeout_s=3, **ports))
    server.start()
    yield server
    server.stop()


def fill_disk(server):
    """Let the server's transaction log grow no further: as on a full disk, a write fails."""
    logs = (server.home.folder / "data" / "transactions" / "neo4j").iterdir()
    limit = max(path.stat().st_size for path in logs) + 10_000
    resource.prlimit(server.home.running().pid, resource.RLIMIT_FSIZE, (limit, limit))


def test_full_disk_stops_the_run_blames_no_document_and_the_next_run_completes(cramped, ontology):
    documents = [extraction(ADA, f"Person {n}", id=f"{n:03}") for n in range(200)]
    endpoint = cramped.start()
    config = GraphConfig(patience_s=1, group=GroupConfig(documents=50))
    with Graph.connect(
        endpoint.bolt_uri,
        auth=(endpoint.user, endpoint.password),
        ontology=ontology,
        config=config,
    ) as graph:
        graph.prepare()
        fill_disk(cramped)

        with pytest.raises(ServerFaultError, match="make room on the server's disk") as caught:
            graph.upsert(documents)
        with pytest.raises(ServerFaultError):  # the database has panicked: again, no document's
            graph.upsert(documents)

    assert caught.value.code.startswith("Neo.DatabaseError.")
    assert "File too large" in str(caught.value)
    assert "no document is at fault" in str(caught.value)

    cramped.stop()  # it could not write what a clean stop writes, and must not be found again
    endpoint = cramped.start()  # the limit went with the process: there is room again
    with Graph.connect(
        endpoint.bolt_uri, auth=(endpoint.user, endpoint.password), ontology=ontology
    ) as graph:
        change = graph.upsert(documents)

        assert (change.upserted + change.unchanged, change.set_aside) == (200, ())


def test_values_are_the_documents_fault_and_all_else_is_not(graph, reader):
    """An index of somebody else's limits a name to 8 kB: that is this document's fault alone."""
    reader.rows("CREATE INDEX theirs_name IF NOT EXISTS FOR (n:Entity) ON (n.name)")
    reader.rows("CALL db.awaitIndexes()")
    try:
        documents = [extraction("x" * 20_000, id="long"), extraction(ADA, id="short")]
        change = graph.upsert(documents)
    finally:
        reader.rows("DROP INDEX theirs_name")

    (error,) = change.set_aside
    assert (error.document_id, change.upserted) == ("long", 1)
    assert "too large to index" in str(error)


@pytest.mark.parametrize(("rows", "is_its_own_fault"), [(6, True), (7, False), (20_000, False)])
def test_lack_of_memory_is_the_fault_of_a_document_larger_than_a_transaction(
    graph, server, ontology, rows, is_its_own_fault
):
    """One of the size that transactions may have is none: the server has too little."""

    def refuse(query, _):
        if "CREATE (document)-[:HAS_CHUNK]" in query:
            raise StatementRefusedError("more than the limit", TOO_LARGE)

    config = GraphConfig(group=GroupConfig(rows=rows))
    document = extraction(ADA, "Bob", id="a")  # itself, two chunks, three mentions, one statement
    with Graph.connect(
        server.uri, auth=server.auth, ontology=ontology, config=config, tracer=refuse
    ) as cramped:
        if is_its_own_fault:
            (error,) = cramped.upsert(document).set_aside
            assert error.document_id == "a"
        else:
            with pytest.raises(StatementRefusedError, match="too little memory"):
                cramped.upsert(document)

    assert graph.ledgers() == {}
