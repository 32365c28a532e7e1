"""The Neo4j that the graph benchmarks measure: an embedded one, or one that is named."""

import argparse
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
        config = EmbeddedConfig(home=Path(folder) / "home", bolt_port=27687, http_port=27474)
        with EmbeddedServer(config).running() as endpoint:
            yield endpoint.bolt_uri, (endpoint.user, endpoint.password)


def empty(driver: neo4j.Driver) -> None:
    """Delete everything but the schema."""
    with driver.session() as session:
        for query in EMPTY:
            session.run(query).consume()
