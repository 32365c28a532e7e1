"""What `nightloom up` runs: Neo4j, the Prefect server, its deployment and a worker.

    up ─┬─ Neo4j             unless the settings name a server
        ├─ Prefect server    with a home of its own: another Prefect of yours is not touched
        ├─ flows.services.deployment  work pool, deployment, schedule; once
        ├─ page              where people ask the graph without Cypher
        └─ Prefect worker    starts the runs

All of it listens on loopback alone, sends nothing out, and answers nobody without a password.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from rich.padding import Padding
from rich.table import Table

from flows.console import display, errors, output
from flows.errors import ServiceError
from flows.prefect_home import own_url, password_file, prefect_folder
from flows.services.deploying import make_deployments
from flows.services.processes import Program, StartedProgram, start
from flows.services.programs import (
    DEPLOYMENT,
    is_healthy,
    is_page_healthy,
    page,
    page_url,
    prefect_environment,
    prefect_server,
    worker,
)
from flows.settings import Settings, environment_name, inherited_environment
from flows.sources import AnySource, check_any
from flows.text import shown
from flows.tools import embedded_config, make_private
from flows.window import prepare_window
from graphdb import Ontology
from graphdb.embedded import EmbeddedServer, locks
from graphdb.rules import RuleSet

Progress = Callable[[str, int, int], None]

START_TIMEOUT_S = 300.0
WATCH_S = 1.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What of nightloom runs here, and where."""

    home: str
    """Folder of everything that is kept."""
    neo4j_running: bool | None
    """None for a server of somebody else's: it is not ours to watch."""
    bolt_uri: str
    browser_url: str | None
    user: str
    password_in: str
    """The file or setting that holds the password."""
    prefect_running: bool
    prefect_url: str
    prefect_password_in: str
    """The file that holds what Prefect's login page asks for."""
    worker_running: bool
    page_running: bool
    page_url: str
    """Where people ask the graph; its login page asks for what Prefect's asks for."""
    deployment: str = DEPLOYMENT


def up(settings: Settings) -> None:
    """Run everything in the foreground until Ctrl-C, then stop what was started, and only that.

    Raises:
        SourceError: No folder is read every night, so there would be nothing to do.
        ServiceError: Something did not start, or ended by itself.
        EmbeddedServerError: Neo4j did not start.
    """
    check_any(settings.sources)
    os.umask(0o077)  # what is written from here on holds documents and passwords
    with interruptible(), ExitStack() as started:
        try:
            started.enter_context(_only_one(settings.home))
            with display() as show:
                running = _start_all(settings, show, started)
            _announce(status(settings), settings.sources)
            _watch(settings, running)
        except KeyboardInterrupt:
            errors().print("stopping …", style="dim")


def status(settings: Settings) -> Status:
    """Say what runs, whoever started it."""
    server = EmbeddedServer(embedded_config(settings))
    endpoint = None if settings.graph.uri else server.endpoint()
    config = server.config
    return Status(
        home=str(settings.home.absolute()),
        neo4j_running=None if settings.graph.uri else endpoint is not None,
        bolt_uri=settings.graph.uri
        or (endpoint.bolt_uri if endpoint else f"bolt://127.0.0.1:{config.bolt_port}"),
        browser_url=None
        if settings.graph.uri
        else (endpoint.http_url if endpoint else f"http://localhost:{config.http_port}"),
        user=settings.graph.user,
        password_in=_password_place(settings),
        prefect_running=prefect_server(settings).is_running and is_healthy(settings),
        prefect_url=own_url(settings),
        prefect_password_in=str(password_file(settings)),
        worker_running=worker(settings).is_running,
        page_running=page(settings).is_running and is_page_healthy(settings),
        page_url=page_url(settings),
    )


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn the first request to end into KeyboardInterrupt, and ignore those that follow."""

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's own
        for ignored in SIGNALS:
            signal.signal(ignored, signal.SIG_IGN)
        raise KeyboardInterrupt

    # Also undoes an inherited SIG_IGN (`nightloom up &` in a script): Prefect's worker would
    # inherit it in turn and then not listen to SIGTERM either.
    previous = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    make_private(home)
    make_private(home / "prefect")
    with locks.exclusive_or_none(home / "up.lock") as descriptor:
        if descriptor is None:
            pid = (home / "up.lock").read_text("ascii")
            raise ServiceError(f"nightloom is already up in {home.absolute()} (process {pid})")
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield


def _password_place(settings: Settings) -> str:
    if settings.graph.uri is None:
        return str(EmbeddedServer(embedded_config(settings)).home.password_file)
    if settings.graph.auth_file:
        return str(settings.graph.auth_file)
    return environment_name("graph.password")


def _start_all(settings: Settings, show: Progress, started: ExitStack) -> list[StartedProgram]:
    environment = prefect_environment(settings)
    # Prefect first: it is on its way while Neo4j comes up.
    server = _start(prefect_server(settings), environment, started)
    if settings.graph.uri is None:
        ontology = Ontology.load(settings.ontology_path)
        # What is wrong with a rule is said before a server starts.
        RuleSet.load(settings.rules_path, ontology)
        started.enter_context(EmbeddedServer(embedded_config(settings)).running(show))
        prepare_window(settings, ontology)
    show("starting the Prefect server", 0, 0)
    server.wait_until(lambda: is_healthy(settings), START_TIMEOUT_S)
    show("starting the page", 0, 0)
    asked = _start(page(settings), inherited_environment() | {"PYTHONSAFEPATH": "1"}, started)
    show("deploying the nightly flow", 0, 0)
    make_deployments(settings, environment, prefect_folder(settings))
    show("starting the worker", 0, 0)
    runs = _start(worker(settings), environment, started)
    runs.wait_until(lambda: "started!" in runs.program.log.read_text("utf-8"), START_TIMEOUT_S)
    asked.wait_until(lambda: is_page_healthy(settings), START_TIMEOUT_S)
    return [server, runs, asked]


def _start(program: Program, environment: Mapping[str, str], started: ExitStack) -> StartedProgram:
    running = start(program, environment)
    started.callback(running.stop)
    return running


def _watch(settings: Settings, running: list[StartedProgram]) -> None:
    """Return only by raising: on Ctrl-C, or when one of them ends by itself."""
    neo4j = EmbeddedServer(embedded_config(settings))
    while True:
        time.sleep(WATCH_S)
        for program in running:
            program.check()
        if settings.graph.uri is None and not locks.is_held(neo4j.home.server_lock):
            raise ServiceError(f"Neo4j has ended by itself: {neo4j.home.last_words()}")


def _announce(state: Status, sources: Sequence[AnySource]) -> None:
    console = output()
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")  # a path that is cut short leads nowhere
    if state.browser_url:
        rows.add_row("Neo4j Browser", state.browser_url)
        rows.add_row("", f"user {state.user}, password in {state.password_in}")
    else:
        rows.add_row("Neo4j", state.bolt_uri)
    rows.add_row("Ask the graph", state.page_url)
    rows.add_row("", f"its login page asks for the line in {state.prefect_password_in}")
    rows.add_row("Prefect", state.prefect_url)
    rows.add_row("", "its login page asks for the same line")
    rows.add_row("", f"deployment {state.deployment}: Run, then Custom run")
    for number, source in enumerate(sources):
        what = f"{source.place}, as {source.name}"
        rows.add_row("" if number else "Read every night", shown(what))
    console.print("nightloom is up; Ctrl-C stops it", style="bold green")
    console.print(Padding(rows, (1, 0, 1, 2)), highlight=False, soft_wrap=True)
