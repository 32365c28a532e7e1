"""Nights that a flow run spends: what Prefect keeps of them."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.testing.utilities import prefect_test_harness

from flows.on_request import ingest_now
from tests.flows.services.running import births_reader

ONTOLOGY = """version = 1
[entities.Person]
[entities.Location]
[relations.PLACE_OF_BIRTH]
subject = ["Person"]
object = ["Location"]
"""

SECONDS_FOR_EVENTS = 60


@pytest.fixture(scope="module")
def prefect() -> Iterator[SyncPrefectClient]:
    """A Prefect server of its own, in a temporary folder."""
    with prefect_test_harness(server_startup_timeout=300), get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def home(prefect, graph, server, tmp_path, monkeypatch) -> Path:
    """A folder with settings, in which nothing is read every night yet."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text(ONTOLOGY)
    (tmp_path / "births.py").write_text(births_reader("[A-Z]\\w+", "pass"))
    for name, value in {
        "ONTOLOGY": str(tmp_path / "own.toml"),
        "EXTRACTOR__MODEL": "births.py:Births",
        "GRAPH__URI": server.uri,
        "GRAPH__USER": server.user,
        "GRAPH__PASSWORD": server.password,
    }.items():
        monkeypatch.setenv(f"NIGHTLOOM_{name}", value)
    return tmp_path


def put_source(home: Path, name: str) -> None:
    """Have a folder with one document read every night."""
    (home / name).mkdir()
    (home / name / "a.txt").write_text(f"{name.title()} was born in Ghent.")
    with (home / "nightloom.toml").open("a") as file:
        file.write(f'[[sources]]\nname = "{name}"\npath = "{name}"\nmax_age_h = 48\n')


def latest(prefect: SyncPrefectClient) -> dict[str, dict[str, Any]]:
    """Return the latest artifact of each key, as the page of artifacts shows it."""
    found = prefect.request("POST", "/artifacts/latest/filter", json={}).json()
    return {artifact["key"]: artifact for artifact in found}


def late_events(prefect: SyncPrefectClient) -> list[dict[str, Any]]:
    """Return the events that say that a source is late, once there is one."""
    wanted = {"filter": {"event": {"name": ["nightloom.source.late"]}}}
    deadline = time.monotonic() + SECONDS_FOR_EVENTS
    while time.monotonic() < deadline:
        if events := prefect.request("POST", "/events/filter", json=wanted).json()["events"]:
            return events
        time.sleep(0.5)
    return []


def test_dry_run_leaves_the_pages_of_the_last_night_as_they_are(home, prefect):
    put_source(home, "ada")
    ingest_now(return_state=True)
    of_night = latest(prefect)
    (home / "ada" / "b.txt").write_text("Bob was born in Ghent.")

    state = ingest_now(dry_run=True, return_state=True)

    now = latest(prefect)
    assert "dry run, nothing was written: 1 document would be read" in state.message
    assert {key: now[key] for key in of_night} == of_night
    assert now.keys() - of_night.keys() == {f"{key}-dry-run" for key in of_night}
    assert "dry run, nothing was written" in now["nightly-summary-dry-run"]["data"]
    assert "dry run, nothing was written" in now["nightly-progress-dry-run"]["description"]


def test_dry_run_tells_nobody_that_a_source_is_late(home, prefect):
    put_source(home, "ada")
    put_source(home, "bob")

    dry = ingest_now(source="ada", dry_run=True, return_state=True)
    real = ingest_now(source="ada", return_state=True)

    assert (dry.name, real.name) == ("Completed", "CompletedWithWarning")
    assert "bob has never been read as a whole" in real.message
    runs = {
        related["prefect.resource.id"]
        for event in late_events(prefect)
        for related in event["related"]
    }
    assert f"prefect.flow-run.{real.state_details.flow_run_id}" in runs
    assert f"prefect.flow-run.{dry.state_details.flow_run_id}" not in runs


def test_a_run_of_many_sources_reads_all_in_few_tasks(home, prefect, reader, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_SHARD_DOCUMENTS", "1")
    names = [f"source{number}" for number in range(7)]
    for name in names:
        put_source(home, name)
        for number in range(3):
            (home / name / f"{number}.txt").write_text(f"Ada was born in {name.title()}.")

    state = ingest_now(return_state=True)

    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    tasks = Counter(task.name for task in prefect.read_task_runs(flow_run_filter=of_run))
    assert state.name == "Completed", state.message
    assert reader.rows("MATCH (d:Document) RETURN count(d)") == [(28,)]
    assert tasks["extract shard 1 of 1"] == tasks["upsert shard 1 of 1"] == len(names)
    assert sum(tasks.values()) <= 64
