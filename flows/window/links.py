"""Addresses at which Browser's editor holds a question already."""

from urllib.parse import quote

from flows.settings import Settings
from flows.tools import embedded_config
from flows.window.queries import saved_queries

CHANGES_OF_A_RUN = "24-what-a-run-changed"


def browser_link(settings: Settings, *lines: str) -> str:
    """Return an address at which Browser's editor holds these lines; nothing for other servers."""
    if settings.graph.uri:
        return ""
    server = embedded_config(settings)
    dbms = quote(f"bolt://{settings.graph.user}@localhost:{server.bolt_port}", safe="")
    arguments = "".join(f"&arg={quote(line, safe='')}" for line in lines)
    return f"http://localhost:{server.http_port}/browser/?dbms={dbms}&cmd=edit{arguments}"


def link_to_changes(settings: Settings, run: str) -> str:
    """Return an address at which Browser's editor asks what a run changed; nothing elsewhere."""
    (query,) = (each for each in saved_queries() if each.name == CHANGES_OF_A_RUN)
    return browser_link(settings, query.with_value("run", run))
