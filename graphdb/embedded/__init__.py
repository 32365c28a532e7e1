"""A Neo4j of one's own: fetched once, started on loopback, stopped by the last who used it."""

from graphdb.embedded import locks, processes
from graphdb.embedded.artifacts import Library, Progress
from graphdb.embedded.config import EmbeddedConfig, Endpoint
from graphdb.embedded.server import EmbeddedServer

__all__ = [
    "EmbeddedConfig",
    "EmbeddedServer",
    "Endpoint",
    "Library",
    "Progress",
    "locks",
    "processes",
]
