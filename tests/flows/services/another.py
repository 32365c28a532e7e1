"""A Prefect server that is none of `nightloom up`'s, and a folder whose owner works with it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.prefect_home import api_url, own_url, password_file
from flows.services.processes import StartedProgram, start
from flows.services.programs import is_healthy, prefect_environment, prefect_server
from flows.setting_groups import PrefectSettings
from flows.settings import Settings
from flows.tools import make_private
from tests.conftest import Server, free_ports
from tests.flows.services.running import BIRTHS, NIGHTLOOM, PATIENCE_S, Prefect, put_namesakes

POOL = "nights"
ONTOLOGY = """version = 1
[entities.Person]
identity = "resolved"
[entities.Organization]
identity = "resolved"
[entities.Location]
[relations.WORKS_FOR]
[relations.PLACE_OF_BIRTH]
"""
HISTORY_DAYS = 2
HURRY = {
    "PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "5",
    "PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY": "PT1S",
}
"""What Prefect does every hour or so it does at once here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Another:
    """A server, and somebody whose settings of Prefect name it."""

    server_folder: Path
    folder: Path
    """Where they call `nightloom`."""
    environment: dict[str, str]
    prefect: Prefect

    def nightloom(self, *arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [NIGHTLOOM, *arguments],
            cwd=self.folder,
            env=self.environment | changed,
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Start what is due, as they would: by Prefect's own command."""
        log = (self.folder / "worker.log").open("wb")
        command = (sys.executable, "-P", "-m", "prefect", "worker", "start", "--pool", POOL)
        quick = {"PREFECT_WORKER_QUERY_SECONDS": "1"}
        process = subprocess.Popen(
            command, cwd=self.server_folder, env=self.environment | quick, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:  # Prefect's worker waits for runs that tests left
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            log.close()


@contextmanager
def another(folder: Path, graph: Server) -> Iterator[Another]:
    """Run a server, with a folder of documents beside it.

    Args:
        folder: For the files of both.
        graph: Where facts go.
    """
    server_folder, own_folder = folder / "server", folder / "own"
    for each in (server_folder, own_folder, own_folder / "documents"):
        each.mkdir(parents=True)
    (own_folder / "births.py").write_text(BIRTHS)
    (own_folder / "own.toml").write_text(ONTOLOGY)
    put_namesakes(own_folder)
    (own_folder / ".env").unlink()  # theirs names another Prefect still
    (own_folder / "prefect.toml").unlink()
    (port,) = free_ports(1)
    settings = Settings(
        home=server_folder, prefect=PrefectSettings(port=port), history_days=HISTORY_DAYS
    )
    make_private(server_folder / "prefect")
    running: StartedProgram = start(prefect_server(settings), prefect_environment(settings) | HURRY)
    try:
        running.wait_until(lambda: is_healthy(settings), PATIENCE_S)
        word = password_file(settings).read_text("ascii").strip()
        environment = {
            **{n: v for n, v in os.environ.items() if not n.startswith(("NIGHTLOOM", "PREFECT"))},
            "PREFECT_API_URL": api_url(settings),
            "PREFECT_API_AUTH_STRING": word,
            "PREFECT_HOME": str(folder / "home"),
            "NIGHTLOOM_GRAPH__URI": graph.uri,
            "NIGHTLOOM_GRAPH__USER": graph.user,
            "NIGHTLOOM_GRAPH__PASSWORD": graph.password,
            "NIGHTLOOM_SOURCES": '[{"path": "documents", "name": "notes"}]',
            "NIGHTLOOM_EXTRACTOR__MODEL": "births.py:Births",
            "NIGHTLOOM_ONTOLOGY": "own.toml",
            "NIGHTLOOM_MAX_REJECTED": "1",
            "NIGHTLOOM_MAX_VANISHED": "1",
        }
        yield Another(
            server_folder=server_folder,
            folder=own_folder,
            environment=environment,
            prefect=Prefect(own_url(settings), word),
        )
    finally:
        running.stop()
