"""Fixtures that every package's tests share: a real Neo4j, emptied before each test.

`server` is the one the environment names (NIGHTLOOM_TEST_GRAPH_URI, …_USER, …_PASSWORD: its graph
is deleted!), else with `--graph-image IMAGE` one in a container, else an embedded one in a
temporary folder on free ports, started once and stopped at the end. Nothing that a person has
running is touched, and two test runs do not meet.

Properties and histories try 60 examples each; `--hypothesis-profile=thousand` is for a night.
"""

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import neo4j
import pytest
from hypothesis import HealthCheck, settings

from graphdb.embedded import EmbeddedConfig, EmbeddedServer, Endpoint
from graphdb.ontology import Ontology
from tests.graphdb.reading import Reader

if TYPE_CHECKING:
    from graphdb.graph import Graph

pytest_plugins = ("tests.browsing", "tests.maven")

# Examples write to a database: how long one takes says nothing, and each empties it for itself.
for name, n in {"default-60": 60, "thousand": 1000}.items():
    settings.register_profile(
        name, max_examples=n, deadline=None, suppress_health_check=list(HealthCheck)
    )
settings.load_profile("default-60")

# Small and quick to start rather than fast for ever: half the CPU time of a start in production.
TEST_COLLECTOR = "-XX:+UseSerialGC"
TEST_JAVA_OPTIONS = (TEST_COLLECTOR, "-XX:TieredStopAtLevel=1")

# Bookkeeping of the schema, not of a night: `Graph.prepare` puts it there once a session.
EMPTY = """
MATCH (n) WHERE NOT n:SchemaVersion
CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS
"""

CUT = "MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS"
MANY_RELATIONSHIPS = 50_000
"""The server's memory is small: with more of them a test that failed would leave a graph that no
later test could empty, and all of these would fail, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A Neo4j for tests."""

    uri: str
    user: str
    password: str
    browser_url: str | None = None

    @property
    def auth(self) -> tuple[str, str]:
        return self.user, self.password


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--graph-image",
        metavar="IMAGE",
        help="test against a Neo4j in a container of this image (neo4j:5.26-community)",
    )


def free_ports(n: int) -> list[int]:
    """Return ports that nobody listens on at the moment."""
    sockets = [socket.socket() for _ in range(n)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@pytest.fixture(scope="session")
def embedded_config(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedConfig:
    """How tests run an embedded server; take `dataclasses.replace` for a home of your own."""
    bolt_port, http_port = free_ports(2)
    return EmbeddedConfig(
        home=tmp_path_factory.mktemp("a home") / "naïve 家",  # as people name folders
        bolt_port=bolt_port,
        http_port=http_port,
        heap_mb=512,
        page_cache_mb=64,
        java_options=TEST_JAVA_OPTIONS,
    )


@pytest.fixture(scope="session")
def embedded(embedded_config: EmbeddedConfig) -> Iterator[Endpoint]:
    """An embedded server of this test session."""
    # It lives long enough for Java's second compiler to be worth its time; others do not.
    lasting = replace(embedded_config, java_options=(TEST_COLLECTOR,))
    with EmbeddedServer(lasting).running() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def container(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A Neo4j in a container, where there is a Docker daemon that has the image."""
    from testcontainers.community.neo4j import Neo4jContainer

    image = request.config.getoption("--graph-image") or "neo4j:5.26-community"
    if not shutil.which("docker"):
        pytest.skip("no Docker here")
    asked = ["docker", "image", "inspect", "--format", "{{.Id}}", image]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    if answer.returncode:
        pytest.skip(answer.stderr.strip())
    with Neo4jContainer(image, password=secrets.token_hex(8)) as running:
        url, user, password = running.get_connection_url(), running.username, running.password
        yield Server(uri=url, user=user, password=password)


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    """The Neo4j that tests write to."""
    if uri := os.environ.get("NIGHTLOOM_TEST_GRAPH_URI"):
        user = os.environ.get("NIGHTLOOM_TEST_GRAPH_USER", "neo4j")
        return Server(uri=uri, user=user, password=os.environ["NIGHTLOOM_TEST_GRAPH_PASSWORD"])
    if request.config.getoption("--graph-image"):
        in_container: Server = request.getfixturevalue("container")
        return in_container
    endpoint: Endpoint = request.getfixturevalue("embedded")
    return Server(
        uri=endpoint.bolt_uri,
        user=endpoint.user,
        password=endpoint.password,
        browser_url=endpoint.http_url,
    )


@pytest.fixture(scope="session")
def driver(server: Server) -> Iterator[neo4j.Driver]:
    """The bare driver, to look at the graph without trusting our own reading of it."""
    with neo4j.GraphDatabase.driver(server.uri, auth=server.auth) as driver:
        yield driver


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return Ontology.load(Path(__file__).parent / "ontology.toml")


@pytest.fixture(scope="session")
def prepared(server: Server, ontology: Ontology) -> None:
    """Constraints and indexes, once a session."""
    from graphdb.graph import Graph

    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as graph:
        graph.prepare()


@pytest.fixture(scope="session")
def empty(driver: neo4j.Driver) -> Callable[[], None]:
    """Empty the graph: before a test, and between the examples of one."""

    def empty() -> None:
        with driver.session() as session:
            (n_relationships,) = session.run("MATCH ()-->() RETURN count(*)").single(strict=True)
            if n_relationships > MANY_RELATIONSHIPS:
                session.run(CUT).consume()
            session.run(EMPTY).consume()

    return empty


@pytest.fixture
def graph(
    server: Server, ontology: Ontology, prepared: None, empty: Callable[[], None]
) -> "Iterator[Graph]":
    """An empty graph with its schema in place."""
    from graphdb.graph import Graph

    empty()
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as graph:
        yield graph


@pytest.fixture
def reader(graph: "Graph", driver: neo4j.Driver) -> Reader:
    """The graph as another program sees it."""
    return Reader(driver)
