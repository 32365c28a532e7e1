"""Serves the page on loopback, with a connection to the graph that stays open."""

from collections.abc import Callable

import uvicorn

from flows.night import in_silence
from flows.page.app import asgi
from flows.services import page_word
from flows.settings import Settings
from flows.tools import open_graph
from graphdb.rules import RuleSet


def serve(settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Serve the page until asked to end.

    Args:
        settings: Where the graph is, and the port.
        ready: Called when the graph is open and before anybody is answered.

    Raises:
        GraphError: There is no graph to ask.
    """
    with open_graph(settings, in_silence) as graph:
        graph.prepare()
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        ready()
        uvicorn.run(
            asgi(settings, graph, rules, page_word(settings)),
            host=settings.listen,
            port=settings.page.port,
            proxy_headers=False,
            server_header=False,
            log_level="warning",
        )
