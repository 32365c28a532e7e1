"""What `nightloom up` runs: Neo4j, the Prefect server, its deployment and a worker.

    up ─┬─ Neo4j             unless the settings name a server
        ├─ Prefect server    with a home of its own: another Prefect of yours is not touched
        ├─ flows.services.deployment  work pool, deployment, schedule; once
        └─ Prefect worker    starts the runs

All of it listens on loopback alone and sends nothing out.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from rich.padding import Padding
from rich.table import Table

from flows.console import display, errors, output
from flows.errors import ServiceError
from flows.services.processes import Program, Running, start
from flows.settings import Settings, environment_name, inherited_environment
from flows.tools import embedded_config
from graphdb.embedded import EmbeddedServer, locks

Progress = Callable[[str, int, int], None]

WORK_POOL = "nightloom"
DEPLOYMENT = "nightly/nightly"
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
    worker_running: bool
    deployment: str = DEPLOYMENT


def up(settings: Settings) -> None:
    """Run everything in the foreground until Ctrl-C, then stop what was started, and only that.

    Raises:
        ServiceError: Something did not start, or ended by itself.
        EmbeddedServerError: Neo4j did not start.
    """
    with interruptible(), ExitStack() as started:
        try:
            started.enter_context(_only_one(settings.home))
            with display() as show:
                running = _start_all(settings, show, started)
            _announce(status(settings))
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
        password_in=environment_name("graph.password")
        if settings.graph.uri
        else str(server.home.password_file),
        prefect_running=prefect_server(settings).is_running and is_healthy(settings),
        prefect_url=f"http://localhost:{settings.prefect.port}",
        worker_running=worker(settings).is_running,
    )


def prefect_environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which Prefect is ours: its own home, closed to the outside."""
    port = settings.prefect.port
    return inherited_environment() | {
        "PREFECT_HOME": str(_folder(settings)),
        "PREFECT_API_URL": _api_url(settings),
        # Any web page the operator opens could start flows: by default CORS is open to all.
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
        # Nothing leaves this machine. The new UI asks a third party from the browser: not default.
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # What tells a run that lost its process from a long one; 30 is the least allowed.
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    }


def prefect_server(settings: Settings) -> Program:
    """The Prefect server: API, scheduler and UI."""
    address = ("--host", "127.0.0.1", "--port", str(settings.prefect.port))
    program = _program(settings, "Prefect server", "server", "start", *address)
    setting = environment_name("prefect.port")
    return replace(program, port=settings.prefect.port, port_setting=setting)


def worker(settings: Settings) -> Program:
    """The worker that starts the runs of the deployment, each as a process."""
    pool = ("--pool", WORK_POOL, "--type", "process")
    return _program(settings, "Prefect worker", "worker", "start", *pool)


def is_healthy(settings: Settings) -> bool:
    """Whether the Prefect server answers."""
    # No proxy: this is loopback, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{_api_url(settings)}/health", timeout=5) as response:
            return bool(json.load(response))
    except (OSError, ValueError):
        return False


def make_deployment(settings: Settings) -> None:
    """Tell the Prefect server about the deployment and what belongs to it.

    Raises:
        ServiceError: It did not take it.
    """
    log = _folder(settings) / "deployment.log"
    with log.open("wb") as out:
        completed = subprocess.run(
            (sys.executable, "-m", "flows.services.deployment"),
            env=prefect_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if completed.returncode:
        raise ServiceError(f"the deployment {DEPLOYMENT} could not be made; {log} says why")


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn the first request to end into KeyboardInterrupt, and ignore those that follow."""

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's own
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    # Also undoes an inherited SIG_IGN (`nightloom up &` in a script): Prefect's worker would
    # inherit it in turn and then not listen to SIGTERM either.
    previous = {each: signal.signal(each, interrupt) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with locks.exclusive_or_none(home / "up.lock") as descriptor:
        if descriptor is None:
            pid = (home / "up.lock").read_text("ascii")
            raise ServiceError(f"nightloom is already up in {home.absolute()} (process {pid})")
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield


def _start_all(settings: Settings, show: Progress, started: ExitStack) -> list[Running]:
    # Prefect first: it is on its way while Neo4j comes up.
    server = _start(prefect_server(settings), started)
    if settings.graph.uri is None:
        started.enter_context(EmbeddedServer(embedded_config(settings)).running(show))
    show("starting the Prefect server", 0, 0)
    server.wait_until(lambda: is_healthy(settings), START_TIMEOUT_S)
    show("deploying the nightly flow", 0, 0)
    make_deployment(settings)
    show("starting the worker", 0, 0)
    runs = _start(worker(settings), started)
    runs.wait_until(lambda: "started!" in runs.program.log.read_text("utf-8"), START_TIMEOUT_S)
    return [server, runs]


def _start(program: Program, started: ExitStack) -> Running:
    running = start(program)
    started.callback(running.stop)
    return running


def _watch(settings: Settings, running: list[Running]) -> None:
    """Return only by raising: on Ctrl-C, or when one of them ends by itself."""
    neo4j = EmbeddedServer(embedded_config(settings))
    while True:
        time.sleep(WATCH_S)
        for each in running:
            each.check()
        if settings.graph.uri is None and not locks.is_held(neo4j.home.server_lock):
            raise ServiceError(f"Neo4j has ended by itself: {neo4j.home.last_words()}")


def _announce(found: Status) -> None:
    console = output()
    rows = Table.grid(padding=(0, 2))
    if found.browser_url:
        rows.add_row("Neo4j Browser", found.browser_url)
        rows.add_row("", f"user {found.user}, password in {found.password_in}")
    else:
        rows.add_row("Neo4j", found.bolt_uri)
    rows.add_row("Prefect", found.prefect_url)
    rows.add_row("", f"deployment {found.deployment}: Run, then Custom run")
    console.print("nightloom is up; Ctrl-C stops it", style="bold green")
    console.print(Padding(rows, (1, 0, 1, 2)), highlight=False, soft_wrap=True)


def _program(settings: Settings, name: str, *arguments: str) -> Program:
    return Program(
        name=name,
        command=(sys.executable, "-m", "prefect", *arguments),
        environment=prefect_environment(settings),
        folder=_folder(settings),
    )


def _folder(settings: Settings) -> Path:
    return settings.home.absolute() / "prefect"


def _api_url(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.prefect.port}/api"
