"""`nightloom deploy` on a Prefect server of somebody's own: what runs there, and what stays."""

import json
import re
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    temporary_settings,
)

from flows.asked_prefect import TAG, asked_prefect
from flows.errors import ServiceError
from flows.upkeep import written_forms
from graphdb import Ontology
from graphdb.graph import Graph
from tests.flows.services.another import HISTORY_DAYS, POOL, Another, another
from tests.flows.services.running import DEPLOYMENTS
from tests.strategies import extraction

BORN = ("Ada", "PLACE_OF_BIRTH", "London")
FORGOTTEN_ONE = "notes/of Zeno [1].txt"
PATIENCE_S = 90
OF_SERVER = ("created", "updated")
"""What an automation says that nobody may set."""


@pytest.fixture(scope="module")
def there(tmp_path_factory, server) -> Iterator[Another]:
    """A server to which `nightloom deploy` has been, and a worker."""
    with another(tmp_path_factory.mktemp("another"), server) as running:
        (running.folder / "documents" / "ada.txt").write_text("Ada was born in London.")
        done = running.nightloom("deploy", "--work-pool", POOL, "--json")
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["prefect"] == f"{running.prefect.url}/api"
        assert (said["work_pool"], said["folder"]) == (POOL, str(running.folder))
        assert said["schedules"] == ["0 2 * * * (UTC)"]
        assert {name.partition("/")[0] for name in said["deployments"]} == set(DEPLOYMENTS)
        with running.worker():
            yield running


def until(is_so: Callable[[], bool]) -> bool:
    """Wait until something is so; say whether it became so."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.5)
    return is_so()


def test_forms_are_those_of_up(there):
    for name in DEPLOYMENTS:
        deployment = there.prefect.deployment(name)
        fields = deployment["parameter_openapi_schema"]["properties"].values()
        assert all(field["title"][0].isupper() and "anyOf" not in field for field in fields)
        assert "run `nightloom deploy` again" in deployment["description"]
        assert deployment["parameter_openapi_schema"]["additionalProperties"] is False

    source = there.prefect.deployment()["parameter_openapi_schema"]["properties"]["source"]
    assert source["enum"] == ["all of them", "notes"]


def test_what_a_person_changed_stays_and_no_secret_is_shown(there):
    deployment = there.prefect.deployment()
    (schedule,) = deployment["schedules"]
    place = f"/deployments/{deployment['id']}/schedules/{schedule['id']}"
    there.prefect.call("PATCH", place, {"active": False})

    again = there.nightloom("deploy", "--work-pool", POOL)

    (kept,) = there.prefect.deployment()["schedules"]
    assert (again.returncode, kept["active"]) == (0, False)
    assert "nightly/nightly is due: by no schedule that is switched on" in again.stdout
    assert f"prefect worker start --pool {POOL}" in again.stdout
    log = (there.folder / ".nightloom/prefect/deployment.log").read_text("utf-8")
    word = there.environment["PREFECT_API_AUTH_STRING"].partition(":")[2]
    assert word not in again.stdout + again.stderr + log


@pytest.mark.parametrize(
    ("address", "word", "said"),
    [
        (None, None, "no Prefect server is named: set PREFECT_API_URL"),
        ("http://me:secret@127.0.0.1:1/api", None, "http://127.0.0.1:1/api does not answer"),
        ("{url}/api", "me:secret", "{url}/api asks for a login: set PREFECT_API_AUTH_STRING"),
        ("{url}/nowhere", "{word}", "is not Prefect's API"),
    ],
)
def test_server_that_cannot_be_asked_is_one_sentence(there, address, word, said):
    known = {"url": there.prefect.url, "word": there.prefect.password}
    filled = {
        PREFECT_API_URL: address and address.format(**known),
        PREFECT_API_AUTH_STRING: word and word.format(**known),
        PREFECT_CLIENT_MAX_RETRIES: 0,
    }
    with (
        temporary_settings(updates=filled),
        pytest.raises(ServiceError, match=said.format(**known)) as refused,
        asked_prefect(),
    ):
        pass

    assert "secret" not in str(refused.value)


def test_run_of_rebuild_brings_back_what_somebody_deleted(there, graph, driver, triples):
    """The runs work in the folder of `nightloom deploy`, beside modules that they must not take."""
    night = there.prefect.run()
    assert night["state_type"] == "COMPLETED", night["state"]
    assert triples() == {BORN}
    driver.execute_query("MATCH (:Entity)-[fact]->(:Entity) DELETE fact")

    rebuilt = there.prefect.run("rebuild")

    assert rebuilt["state"]["name"] == "Completed", rebuilt["state"]
    assert rebuilt["state"]["message"] == "1 document upserted, 0 left out"
    assert triples() == {BORN}
    assert there.prefect.table("rebuild-left-out") == []


def test_run_of_resolve_joins_two_names_of_one_company(there, graph, server, triples):
    ontology = Ontology.load(there.folder / "own.toml")
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as own:
        own.upsert(
            [
                extraction(("John Keene", "WORKS_FOR", "Acme Widgets Ltd"), id="a"),
                extraction(("Ada Lovelace", "WORKS_FOR", "The Acme Widgets"), id="b"),
            ]
        )
    assert len({company for _, _, company in triples()}) == 2

    run = there.prefect.run("resolve")

    assert run["state_type"] == "COMPLETED", run["state"]
    assert "1 decision" in run["state"]["message"]
    assert {who for who, _, _ in triples()} == {"John Keene", "Ada Lovelace"}
    assert len({company for _, _, company in triples()}) == 1
    (row,) = there.prefect.table("resolve-decisions")
    assert row["what"] == "decided"


def tables_citing(there: Another, document: str) -> set[str]:
    """Return the tables of the server's database in which an id stands, in whatever form."""
    forms = written_forms(document)
    database = there.server_folder / "prefect" / "prefect.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name
            for (name,) in names.fetchall()
            for row in connection.execute(f'SELECT * FROM "{name}"')
            if any(form in str(value) for value in row for form in forms)
        }


def run_of_nobody(
    there: Another, state: str, tags: Sequence[str] = (TAG,), **said: Any
) -> dict[str, Any]:
    """Return a run that no process executes."""
    audit = there.prefect.deployment("audit")
    body = {"flow_id": audit["flow_id"], "tags": tags, "state": {"type": state}, **said}
    run = there.prefect.post_patiently("/flow_runs/", body)
    return there.prefect.call("GET", f"/flow_runs/{run['id']}")


def say(there: Another, run: dict[str, Any], message: str) -> None:
    """Log a line for a run."""
    line = {"name": "n", "level": 20, "message": message, "flow_run_id": run["id"]}
    there.prefect.post_patiently("/logs/", [line | {"timestamp": datetime.now(UTC).isoformat()}])


def is_there(there: Another, run: dict[str, Any]) -> bool:
    wanted = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    return there.prefect.call("POST", "/flow_runs/count", wanted) == 1


def lines_of(there: Another, run: dict[str, Any]) -> list[str]:
    wanted = {"logs": {"flow_run_id": {"any_": [run["id"]]}}}
    return [line["message"] for line in there.prefect.call("POST", "/logs/filter", wanted)]


def test_forgotten_document_stays_in_nothing_that_the_server_lets_be_deleted(there, graph):
    """A night named it in its tables, another run in its log, and a third was asked about it."""
    prefect = there.prefect
    innocent = run_of_nobody(there, state="COMPLETED")
    logged = run_of_nobody(there, state="COMPLETED")
    say(there, logged, f"{FORGOTTEN_ONE} was read")
    asked = run_of_nobody(there, state="FAILED", parameters={"document": FORGOTTEN_ONE})
    paused = run_of_nobody(there, state="PAUSED", parameters={"document": FORGOTTEN_ONE})
    others = run_of_nobody(there, state="COMPLETED", tags=[], parameters={"a": FORGOTTEN_ONE})
    (there.folder / "documents" / "of Zeno [1].txt").write_text("")
    assert prefect.run()["state"]["name"] == "CompletedWithWarning"
    (there.folder / "documents" / "of Zeno [1].txt").unlink()
    assert {"flow_run", "log", "artifact"} <= tables_citing(there, FORGOTTEN_ONE)

    run = prefect.run("forget", document=FORGOTTEN_ONE)

    assert run["state"]["name"] == "CompletedWithWarning", run["state"]
    assert f"the run {paused['id']}, which is not over" in run["state"]["message"]
    assert re.search(r"\d events: nobody can delete them", run["state"]["message"])
    left = {row["still citing it"] for row in prefect.table("forget-receipt")}
    assert any("which is not over" in said for said in left)
    assert not is_there(there, logged)
    assert not is_there(there, asked)
    assert all(is_there(there, each) for each in (innocent, paused, others, run))
    for each in (paused, others):
        prefect.call("DELETE", f"/flow_runs/{each['id']}")
    assert tables_citing(there, FORGOTTEN_ONE) == {"events"}
    assert prefect.call("GET", f"/flow_runs/{run['id']}")["parameters"] == {
        "document": "[forgotten]"
    }


def test_runs_that_nightloom_starts_send_heartbeats(there):
    given = there.prefect.deployment()["job_variables"]["env"]

    assert given == {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}


def test_history_that_is_older_than_the_settings_say_is_deleted(there):
    """What `nightloom up` tells its server about that; this one was started so, too."""
    old, young = (run_of_nobody(there, state="COMPLETED") for _ in range(2))
    for run in (old, young):
        say(there, run, "said")
    database = there.server_folder / "prefect" / "prefect.db"
    ended = datetime.now(UTC) - timedelta(days=HISTORY_DAYS)
    with closing(sqlite3.connect(database, timeout=60)) as connection, connection:
        for run, time_ in ((old, ended), (young, ended + timedelta(hours=1))):
            connection.execute(
                "UPDATE flow_run SET end_time = ? WHERE id = ?",
                (time_.strftime("%Y-%m-%d %H:%M:%S.%f"), run["id"]),
            )

    assert until(lambda: not is_there(there, old))
    assert until(lambda: lines_of(there, old) == [])
    assert is_there(there, young)
    assert lines_of(there, young) == ["said"]


def send_heartbeat(there: Another, run: dict[str, Any]) -> None:
    """Tell the server what the process of a run tells it."""
    event = {
        "occurred": datetime.now(UTC).isoformat(),
        "event": "prefect.flow-run.heartbeat",
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run['id']}"},
        "related": [
            {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}
            for tag in run["tags"]
        ],
        "id": str(uuid.uuid4()),
    }
    there.prefect.post_patiently("/events", [event])


def test_run_whose_heartbeats_stopped_is_marked_crashed_and_that_of_others_is_not(there):
    """Its process is gone together with its worker, so nobody else would say so.

    Last of all: somebody changes in the UI how long that takes, and runs that live would be marked.
    """
    (watch,) = there.prefect.call("POST", "/automations/filter", {})
    place = f"/automations/{watch.pop('id')}"
    watch["trigger"]["within"] = 10
    there.prefect.call("PUT", place, {k: v for k, v in watch.items() if k not in OF_SERVER})
    lost = run_of_nobody(there, state="RUNNING")
    others = run_of_nobody(there, state="RUNNING", tags=["their own"])
    for run in (others, lost):
        send_heartbeat(there, run)

    assert until(lambda: there.prefect.call("GET", f"/flow_runs/{lost['id']}")["end_time"])

    lost = there.prefect.call("GET", f"/flow_runs/{lost['id']}")
    assert (lost["state_type"], lost["state"]["name"]) == ("CRASHED", "Crashed")
    assert "No heartbeat for 300 s" in lost["state"]["message"]
    assert there.prefect.call("GET", f"/flow_runs/{others['id']}")["state_type"] == "RUNNING"
