"""What commands have in common: settings, logging, the graph with progress shown, exit codes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer

from flows.console import Display, display, set_up_logging
from flows.settings import Settings, load_settings
from flows.tools import open_graph
from graphdb import Graph

FAILED, SET_ASIDE, HELD, INTERRUPTED = 1, 3, 4, 130
"""Exit codes; 2, wrong usage, is typer's."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
"""What every command takes that ends with an answer; `docs/json.md` says what is in it."""


@dataclass(slots=True)
class Options:
    """What was said before the command's name."""

    debug: bool = False
    command: str = ""
    """The command's name."""


options = Options()


def settings_for_command() -> Settings:
    """Load the settings and begin to log as they say.

    Raises:
        SettingsError: A name is unknown or a value not allowed.
    """
    settings = load_settings()
    set_up_logging("DEBUG" if options.debug else settings.log_level, settings.log_format)
    return settings


@contextmanager
def graph_for_questions(settings: Settings) -> Iterator[Graph]:
    """Connect to the graph, showing what that takes, and leave the terminal to a person then."""
    with ExitStack() as stack:
        with display() as watch:
            graph = stack.enter_context(open_graph(settings, watch))
        yield graph


@contextmanager
def opened_graph() -> Iterator[tuple[Graph, Display]]:
    """Connect to the graph of these settings, showing what that takes."""
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        yield graph, watch
