"""The Neo4j that the graph benchmarks measure: an embedded one, or one that is named."""

import argparse
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import neo4j

from graphdb.embedded import EmbeddedConfig, EmbeddedServer

EMPTY = (  # relationships first: those of a few hubs may be more than a transaction has memory for
    "MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS",
    "MATCH (n) WHERE NOT n:SchemaVersion CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Let the caller name a server."""
    parser.add_argument("--uri", help="a server to use; its graph is deleted")
    parser.add_argument("--user", default="neo4j")
    parser.add_argument("--password", default="")


@contextmanager
def server(options: argparse.Namespace) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give address and credentials of a running server."""
    if options.uri:
        yield options.uri, (options.user, options.password)
        return
    with tempfile.TemporaryDirectory() as folder:
        bolt_port, http_port = free_ports()
        home = Path(folder) / "home"
        config = EmbeddedConfig(home=home, bolt_port=bolt_port, http_port=http_port)
        with EmbeddedServer(config).running() as endpoint:
            yield endpoint.bolt_uri, (endpoint.user, endpoint.password)


def free_ports() -> tuple[int, int]:
    """Return two ports that nobody listens on at the moment."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def empty(driver: neo4j.Driver) -> None:
    """Delete everything but the schema."""
    with driver.session() as session:
        for query in EMPTY:
            session.run(query).consume()
