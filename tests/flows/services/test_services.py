"""`nightloom up` end to end: real Neo4j, real Prefect, a run asked for as the UI does it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j
import pytest
from playwright.sync_api import expect

from graphdb.embedded import locks
from tests.browsing import Visitor
from tests.conftest import free_ports

ROOT = Path(__file__).parents[3]
PATIENCE_S = 400  # two cores, and whatever else runs on them
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@dataclass(slots=True)
class Prefect:
    """The REST API, as a page in a browser uses it: with a token against forged requests."""

    url: str
    client: str = "test"
    token: str = ""

    def call(self, method: str, path: str, body: Any = None) -> Any:
        if method != "GET" and not self.token:
            self.token = self.call("GET", f"/csrf-token?client={self.client}")["token"]
        request = urllib.request.Request(
            f"{self.url}/api{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Prefect-Csrf-Client": self.client,
                "Prefect-Csrf-Token": self.token,
            },
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read() or "null")

    def deployment(self) -> dict[str, Any]:
        return self.call("GET", "/deployments/name/nightly/nightly")

    def run(self, **parameters: Any) -> dict[str, Any]:
        """Start a run and return it when it has ended."""
        path = f"/deployments/{self.deployment()['id']}/create_flow_run"
        body = {"parameters": parameters, "idempotency_key": str(uuid.uuid4())}
        return self.ended(self._post_patiently(path, body))

    def ended(self, run: dict[str, Any]) -> dict[str, Any]:
        """Wait until a run has ended and return it."""
        deadline = time.monotonic() + PATIENCE_S
        while run["state_type"] not in FINAL and time.monotonic() < deadline:
            time.sleep(0.5)
            run = self.call("GET", f"/flow_runs/{run['id']}")
        return run

    def table(self, key: str) -> list[dict[str, Any]]:
        """Return the latest table of a key, as the page of artifacts shows it."""
        (artifact,) = self.call(
            "POST", "/artifacts/latest/filter", {"artifacts": {"key": {"any_": [key]}}}
        )
        return json.loads(artifact["data"])

    def _post_patiently(self, path: str, body: Any) -> Any:
        # SQLite is sometimes locked: 503, and the run was not created. The idempotency key makes
        # asking again safe.
        for _ in range(5):
            try:
                return self.call("POST", path, body)
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise
                error.close()
                time.sleep(1)
        raise TimeoutError(path)


@dataclass(slots=True)
class Up:
    """A running `nightloom up`."""

    process: "subprocess.Popen[str]"
    folder: Path
    ports: tuple[int, int, int]
    environment: dict[str, str]
    output: list[str]

    @property
    def prefect(self) -> Prefect:
        return Prefect(f"http://127.0.0.1:{self.ports[2]}")

    @property
    def locks(self) -> list[Path]:
        names = ("neo4j/server.lock", "prefect/prefect-server.lock", "prefect/prefect-worker.lock")
        return [self.folder / ".nightloom" / name for name in names]

    def nightloom(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "flows", *arguments],
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


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Everything, started once, on ports and in a folder of its own."""
    folder = tmp_path_factory.mktemp("up")
    documents = folder / "documents"
    documents.mkdir()
    for path in sorted((ROOT / "samples" / "people").glob("*.md"))[:2]:
        shutil.copy(path, documents)
    bolt_port, http_port, prefect_port = ports = tuple(free_ports(3))
    environment = {
        **{name: value for name, value in os.environ.items() if "NIGHTLOOM" not in name},
        "NIGHTLOOM_GRAPH__BOLT_PORT": str(bolt_port),
        "NIGHTLOOM_GRAPH__HTTP_PORT": str(http_port),
        "NIGHTLOOM_GRAPH__HEAP_MB": "512",
        "NIGHTLOOM_PREFECT__PORT": str(prefect_port),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flows", "up"],
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
    up = Up(process, folder, ports, environment, output)  # type: ignore[arg-type]
    try:
        assert up.wait_for("nightloom is up"), "".join(output)
        yield up
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=120)
        reader.join(timeout=10)
        process.stdout.close()


def test_status_says_where_everything_is(up):
    status = up.status()

    assert (status["neo4j_running"], status["prefect_running"], status["worker_running"]) == (
        (True,) * 3
    )
    assert status["browser_url"] == f"http://localhost:{up.ports[1]}"
    assert Path(status["password_in"]).is_file()


def test_run_started_over_the_api_completes_and_fills_the_graph(up):
    run = up.prefect.run(path="documents", source="people")

    with up.driver() as driver:
        query = "MATCH (:Document)-[:HAS_CHUNK]->(c)-[:MENTIONS]->(e) RETURN count(DISTINCT e)"
        (found,) = driver.execute_query(query).records
        (documents,) = driver.execute_query("MATCH (d:Document) RETURN count(d)").records
    assert run["state_type"] == "COMPLETED", run["state"]
    assert documents.value() == 2
    assert found.value() > 3
    assert up.prefect.table("nightly-set-aside") == up.prefect.table("nightly-contradictions") == []


def test_tables_of_a_run_say_what_somebody_should_look_at(up):
    """A file that is no text, and two fathers of one person of the run before."""
    broken = up.folder / "documents" / "broken.txt"
    broken.write_bytes(b"\xff\xfe\x00")
    fathers = (
        "MATCH (person:Person) WITH collect(person)[..3] AS them UNWIND them[1..] AS father"
        " WITH them[0] AS child, father CREATE (child)-[:FATHER]->(father)"
        " RETURN child.name AS child"
    )
    with up.driver() as driver:
        child = driver.execute_query(fathers).records[0]["child"]
        try:
            up.prefect.run(path="documents", source="people")
        finally:
            driver.execute_query("MATCH ()-[fact:FATHER]->() WHERE fact.key IS NULL DELETE fact")
            broken.unlink()

    (aside,) = up.prefect.table("nightly-set-aside")
    (contradiction,) = up.prefect.table("nightly-contradictions")
    assert aside["document"] == "people/broken.txt"
    assert "UTF-8" in aside["reason"]
    assert contradiction["should hold"] == "There is one FATHER of an entity, not several."
    assert contradiction["examples"].startswith(f"{child}: ")


def test_wrong_parameter_is_refused_with_its_reason(up):
    with pytest.raises(urllib.error.HTTPError) as refused:
        up.prefect.run(max_vanished="many")

    with refused.value as answer:
        assert answer.code == 409
        assert "many" in answer.read().decode()


def test_form_describes_every_parameter(up):
    schema = up.prefect.deployment()["parameter_openapi_schema"]

    assert set(schema["properties"]) >= {"path", "source"}
    assert all(len(each["description"]) > 10 for each in schema["properties"].values())


def test_run_is_started_from_the_form_of_the_ui(up, visitor: Visitor):
    """An operator fills in the form in a browser, and the run's page says that it completed."""
    page, prefect = visitor.page, up.prefect
    page.goto(f"{prefect.url}/deployments/deployment/{prefect.deployment()['id']}")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Custom run").click()
    path, source = (
        page.locator(".schema-form-property", has_text=f"{name} (Optional)").locator("textarea")
        for name in ("path", "source")
    )
    expect(page.get_by_text("Folder of .txt, .md and .jsonl files.")).to_be_visible()
    expect(path).to_have_value("")
    path.fill("documents")
    source.fill("people")
    visitor.picture("prefect-form")
    with page.expect_response(lambda answer: "create_flow_run" in answer.url) as submitted:
        page.get_by_role("button", name="Submit", exact=True).click()
    run = prefect.ended(submitted.value.json())
    page.goto(f"{prefect.url}/runs/flow-run/{run['id']}")
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    visitor.picture("prefect-run")

    assert (run["parameters"]["path"], run["parameters"]["source"]) == ("documents", "people")
    assert not visitor.outside()


def test_default_schedule_is_that_of_the_settings(up):
    (schedule,) = up.prefect.deployment()["schedules"]

    assert schedule["active"]
    assert schedule["schedule"]["cron"] == "0 2 * * *"
    assert schedule["schedule"]["timezone"] == "UTC"


def test_one_run_at_a_time_and_the_next_waits(up):
    deployment = up.prefect.deployment()

    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"


def test_another_page_cannot_start_a_run(up):
    """Forged requests carry no token, and other origins may not read the answers."""
    path = f"{up.prefect.url}/api/deployments/{up.prefect.deployment()['id']}/create_flow_run"
    forged = urllib.request.Request(
        path,
        method="POST",
        data=b"{}",
        headers={"Content-Type": "application/json", "Origin": "http://evil.example"},
    )

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(forged)
    with refused.value as answer:
        assert answer.code == 403
        assert answer.headers.get("Access-Control-Allow-Origin") is None


def test_second_up_in_the_same_home_is_refused(up):
    second = up.nightloom("up")

    assert second.returncode == 1
    assert "already up" in second.stderr
    assert f"process {up.process.pid}" in second.stderr


def test_taken_port_is_an_error_that_names_the_setting(up, tmp_path):
    second = subprocess.run(
        [sys.executable, "-m", "flows", "up"],
        cwd=tmp_path,
        env=up.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert second.returncode == 1
    assert "NIGHTLOOM_PREFECT__PORT" in second.stderr
    assert "Traceback" not in second.stderr


def test_ctrl_c_stops_everything(up):
    """Last of all: it takes away what the others use."""
    assert all(map(locks.is_held, up.locks))

    up.process.send_signal(signal.SIGINT)

    assert up.process.wait(timeout=120) == 0
    assert not any(map(locks.is_held, up.locks))
