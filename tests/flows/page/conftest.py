"""The real page on a real port, before a small graph with one rule and two nights."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
import uvicorn

from flows.page import asgi
from flows.settings import load_settings
from graphdb import Graph
from graphdb.history import record_run
from graphdb.rules import RuleSet
from tests.conftest import free_ports
from tests.graphdb.writers import rules as works_in
from tests.strategies import extraction

WORD = "nightloom:a-word-of-tests"


@dataclass(slots=True)
class Served:
    """A page that answers, and its graph."""

    graph: Graph
    url: str

    def client(self, **headers: str) -> httpx.Client:
        """Somebody who has not logged in."""
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=60)

    @contextmanager
    def visitor(self) -> Iterator[httpx.Client]:
        """Somebody who has logged in."""
        with self.client() as client:
            assert client.post("/login", data={"word": WORD, "to": "/"}).status_code == 303
            yield client

    def key(self, name: str) -> str:
        """Return the key of the entity of this name."""
        query = "MATCH (entity:Entity {name: $name}) RETURN entity.key AS key"
        (row,) = self.graph.connection.read(query, name=name)
        return row["key"]


@contextmanager
def serving(graph: Graph, rules: RuleSet) -> Iterator[Served]:
    """Serve the page of a graph on a free port."""
    (port,) = free_ports(1)
    app = asgi(load_settings(), graph, rules, WORD)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started
        yield Served(graph, f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(timeout=30)


@pytest.fixture
def served(graph, monkeypatch, tmp_path) -> Iterator[Served]:
    """Serve the page of the tests' graph, which a night has filled."""
    monkeypatch.setenv("NIGHTLOOM_HOME", str(tmp_path))
    rules = works_in(graph.ontology)
    with graph.lease("test", "first night") as lease:
        record_run(graph.connection, lease, "notes")
        graph.upsert(
            extraction(
                ("Ada", "WORKS_FOR", "Acme"),
                ("Acme", "BASED_IN", "Ghent"),
                ("Acme", "FOUNDED_BY", "Bob", 0.4),
                id="notes/a.txt",
            ),
            lease,
        )
        graph.infer(rules, lease)
    with serving(graph, rules) as served:
        yield served
