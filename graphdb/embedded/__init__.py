"""A Neo4j of one's own: fetched once, started on loopback, stopped by the last who used it."""

from graphdb.embedded.artifacts import Progress
from graphdb.embedded.config import EmbeddedConfig, Endpoint
from graphdb.embedded.server import EmbeddedServer

__all__ = ["EmbeddedConfig", "EmbeddedServer", "Endpoint", "Progress"]
