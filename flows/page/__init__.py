"""The page on which people ask the graph without Cypher, rendered here, with no build step."""

from flows.page.app import asgi
from flows.page.serving import serve

__all__ = ["asgi", "serve"]
