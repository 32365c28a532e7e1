"""A running `nightloom up`, in a folder whose files bear the names of what it imports."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j
from playwright.sync_api import Page

from tests.conftest import free_ports

ROOT = Path(__file__).parents[3]
NIGHTLOOM = Path(sys.executable).with_name("nightloom")
PATIENCE_S = 400  # two cores, and whatever else runs on them
SECONDS_FOR_LOGS = 60
"""A run ends a little before its last lines have arrived."""
UNAVAILABLE = 503
"""SQLite is sometimes locked: what was to be created was not, and may be asked for again."""
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

DEPLOYMENTS = (
    *("nightly", "ingest-now", "replay", "audit", "rebuild", "review", "resolve"),
    *("retrain", "promote", "forget"),
)

NAMESAKES = ("extractors", "graphdb", "neo4j", "numpy", "prefect", "queue", "random", "torch")
"""Modules of a person that must never be taken for ours, the libraries' or Python's."""


def births_reader(who: str, first: str) -> str:
    """Return the code of a reader of one kind of sentence.

    Args:
        who: Regular expression of a name.
        first: What it does with each `document` before it reads it: one statement.
    """
    return f"""
import logging
import re
import time

from extractors import Draft

SAID = re.compile(r"(?P<who>{who}) was born in (?P<where>[A-Z]\\w+)")


class Births:
    version = "1"
    entity_types = ("Person", "Location")
    relation_types = ("PLACE_OF_BIRTH",)

    def read(self, documents):
        for document in documents:
            {first}
            draft = Draft(document)
            for match in SAID.finditer(document.text):
                who = draft.entity("Person", match.span("who"))
                where = draft.entity("Location", match.span("where"))
                draft.relation(who, "PLACE_OF_BIRTH", where, match.span(), confidence=0.9)
            yield draft.extraction()
"""


BIRTHS = births_reader(
    r"[A-Z]\w+", 'logging.getLogger("births").warning("reading: %s", document.text)'
)
"""It is careless with what it logs."""


@dataclass(slots=True)
class Prefect:
    """The REST API, as a page in a browser uses it: with a token against forged requests."""

    url: str
    password: str
    client: str = "test"
    token: str = ""
    patience_s: float = PATIENCE_S
    """How long a run may take."""

    @property
    def pages(self) -> str:
        """Address of the UI that people see, under which its pages stand."""
        return f"{self.url}/v2"

    @property
    def authorization(self) -> str:
        return f"Basic {base64.b64encode(self.password.encode()).decode()}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        if method != "GET" and not self.token:
            self.token = self.call("GET", f"/csrf-token?client={self.client}")["token"]
        request = urllib.request.Request(
            f"{self.url}/api{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": self.authorization,
                "Content-Type": "application/json",
                "Prefect-Csrf-Client": self.client,
                "Prefect-Csrf-Token": self.token,
            },
        )
        with urllib.request.urlopen(request, timeout=300) as response:
            return json.loads(response.read() or "null")

    def deployment(self, name: str = "nightly") -> dict[str, Any]:
        return self.call("GET", f"/deployments/name/{name}/{name}")

    def run(self, deployment: str = "nightly", **parameters: Any) -> dict[str, Any]:
        """Start a run and return it when it has ended."""
        path = f"/deployments/{self.deployment(deployment)['id']}/create_flow_run"
        body = {"parameters": parameters, "idempotency_key": str(uuid.uuid4())}
        return self.ended(self.post_patiently(path, body))

    def ended(self, run: dict[str, Any]) -> dict[str, Any]:
        """Wait until a run has ended and return it."""
        deadline = time.monotonic() + self.patience_s
        while run["state_type"] not in FINAL and time.monotonic() < deadline:
            time.sleep(0.5)
            run = self.call("GET", f"/flow_runs/{run['id']}")
        return run

    def begun(self, **parameters: Any) -> dict[str, Any]:
        """Start a run and return it as soon as it reads documents."""
        path = f"/deployments/{self.deployment()['id']}/create_flow_run"
        body = {"parameters": parameters, "idempotency_key": str(uuid.uuid4())}
        run = self.post_patiently(path, body)
        deadline = time.monotonic() + self.patience_s
        while time.monotonic() < deadline and not any(": extract" in m for m in self.logs(run)):
            time.sleep(0.5)
        return self.call("GET", f"/flow_runs/{run['id']}")

    def cancel(self, run: dict[str, Any]) -> None:
        """Do what the button *Cancel* of a run's page does."""
        state = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
        self.call("POST", f"/flow_runs/{run['id']}/set_state", state)

    def logs(self, run: dict[str, Any], until: str = "") -> list[str]:
        """Return what a run's page shows of its log, once some words are there."""
        wanted = {"logs": {"flow_run_id": {"any_": [run["id"]]}}, "sort": "TIMESTAMP_ASC"}
        deadline = time.monotonic() + SECONDS_FOR_LOGS
        while True:
            messages = [line["message"] for line in self.call("POST", "/logs/filter", wanted)]
            if any(until in m for m in messages) or time.monotonic() > deadline:
                return messages
            time.sleep(0.5)

    def table(self, key: str) -> list[dict[str, Any]]:
        """Return the latest table of a key, as the page of artifacts shows it."""
        return json.loads(self.page(key))

    def page(self, key: str) -> str:
        """Return the latest artifact of a key."""
        (artifact,) = self.call(
            "POST", "/artifacts/latest/filter", {"artifacts": {"key": {"any_": [key]}}}
        )
        return artifact["data"]

    def post_patiently(self, path: str, body: Any) -> Any:
        """Create something, though the server may be unavailable for a moment."""
        for _ in range(5):
            try:
                return self.call("POST", path, body)
            except urllib.error.HTTPError as error:
                if error.code != UNAVAILABLE:
                    raise
                error.close()
                time.sleep(1)
        raise TimeoutError(path)


@dataclass(slots=True)
class Up:
    """A running `nightloom up`."""

    process: "subprocess.Popen[str]"
    folder: Path
    ports: tuple[int, int, int, int]
    environment: dict[str, str]
    output: list[str]

    @property
    def prefect(self) -> Prefect:
        return Prefect(f"http://127.0.0.1:{self.ports[2]}", self.password)

    @property
    def password(self) -> str:
        """What the login page asks for."""
        return (self.folder / ".nightloom/prefect/password").read_text().strip()

    @property
    def locks(self) -> list[Path]:
        names = (
            "neo4j/server.lock",
            "prefect/prefect-server.lock",
            "prefect/prefect-worker.lock",
            "prefect/page.lock",
        )
        return [self.folder / ".nightloom" / name for name in names]

    def nightloom(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [NIGHTLOOM, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def status(self) -> dict[str, Any]:
        return json.loads(self.nightloom("status", "--json").stdout)

    def driver(self) -> neo4j.Driver:
        status = self.status()
        password = Path(status["password_in"]).read_text()
        return neo4j.GraphDatabase.driver(status["bolt_uri"], auth=(status["user"], password))

    def wait_for(self, words: str) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            if any(words in line for line in self.output):
                return True
            time.sleep(0.1)
        return any(words in line for line in self.output)


@contextmanager
def started(folder: Path, **settings: str) -> Iterator[Up]:
    """Run `nightloom up` in a folder, on ports of its own and with these settings.

    Args:
        folder: Where it keeps what it keeps.
        settings: By the name of their variable, without what all of them begin with.
    """
    bolt_port, http_port, prefect_port, page_port = free_ports(4)
    environment = {
        **{name: value for name, value in os.environ.items() if "NIGHTLOOM" not in name},
        "PREFECT_API_KEY": "a key for another Prefect of this person",
        "NIGHTLOOM_GRAPH__BOLT_PORT": str(bolt_port),
        "NIGHTLOOM_GRAPH__HTTP_PORT": str(http_port),
        "NIGHTLOOM_GRAPH__HEAP_MB": "512",
        "NIGHTLOOM_PREFECT__PORT": str(prefect_port),
        "NIGHTLOOM_PAGE__PORT": str(page_port),
        "PYTHONUNBUFFERED": "1",
        **{f"NIGHTLOOM_{name}": value for name, value in settings.items()},
    }
    process = subprocess.Popen(
        [NIGHTLOOM, "up"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    output: list[str] = []
    reader = threading.Thread(target=lambda: output.extend(process.stdout), daemon=True)
    reader.start()
    up = Up(process, folder, (bolt_port, http_port, prefect_port, page_port), environment, output)
    try:
        assert up.wait_for("nightloom is up"), "".join(output)
        yield up
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=120)
        reader.join(timeout=10)
        process.stdout.close()


def put_namesakes(folder: Path) -> None:
    """Put modules that must not be imported into a folder, and settings for another Prefect."""
    (folder / "flows").mkdir()
    for name in ("flows/__init__", *NAMESAKES):
        (folder / f"{name}.py").write_text(f"raise RuntimeError('imported {name} of a person')\n")
    (folder / ".env").write_text("PREFECT_API_KEY=another\nPREFECT_API_URL=http://127.0.0.1:9\n")
    (folder / "prefect.toml").write_text('[api]\nkey = "a third"\n')


def log_in(page: Page, up, pages: str) -> None:
    """Log in anew to the pages of Prefect, whose address is given."""
    page.context.clear_cookies()
    page.goto(f"{pages}/login")
    page.evaluate("localStorage.clear()")
    page.goto(f"{pages}/login")
    page.locator("input[type=password]").fill(up.password)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url("**/dashboard*")


def submitted_form(page: Page) -> dict[str, Any]:
    """Submit the form that is open in Prefect, again where it is unavailable; return the run."""
    for _ in range(5):
        with page.expect_response(lambda answer: "create_flow_run" in answer.url) as created:
            page.get_by_role("button", name="Submit", exact=True).click()
        # There is no run then, and one presses the button again.
        if created.value.status != UNAVAILABLE:
            break
        page.wait_for_timeout(1000)
    return created.value.json()
