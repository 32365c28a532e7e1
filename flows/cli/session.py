"""What every command begins with: its settings, logging, and the graph with progress shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flows.console import Display, display, set_up_logging
from flows.settings import Settings, load_settings
from flows.tools import open_graph
from graphdb import Graph


@dataclass(slots=True)
class Options:
    """What was said before the command's name."""

    debug: bool = False


options = Options()


def settings_for_command() -> Settings:
    """Load the settings and begin to log as they say.

    Raises:
        SettingsError: A name is unknown or a value not allowed.
    """
    settings = load_settings()
    set_up_logging("DEBUG" if options.debug else settings.log_level)
    return settings


@contextmanager
def opened_graph() -> Iterator[tuple[Graph, Display]]:
    """Connect to the graph of these settings, showing what that takes."""
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        yield graph, watch
