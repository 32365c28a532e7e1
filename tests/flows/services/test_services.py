"""`nightloom up` end to end: real Neo4j, real Prefect, a run asked for as the UI does it."""

import json
import signal
import subprocess
import time
import urllib.error
from pathlib import Path

import pytest
from playwright.sync_api import expect

from graphdb.embedded import locks
from tests.browsing import Visitor
from tests.flows.services.running import DEPLOYMENTS, NIGHTLOOM, log_in, submitted_form

SECONDS_TO_STOP = 60.0
"""Generous: the machine of a test is shared."""


def test_status_says_where_everything_is(up):
    status = up.status()

    assert (status["neo4j_running"], status["prefect_running"], status["worker_running"]) == (
        (True,) * 3
    )
    assert status["browser_url"] == f"http://localhost:{up.ports[1]}"
    assert status["page_running"]
    assert status["page_url"] == f"http://127.0.0.1:{up.ports[3]}"
    assert Path(status["password_in"]).is_file()


def test_doctor_knows_the_ports_of_its_own_programs(up):
    said = json.loads(up.nightloom("doctor", "--json").stdout)
    (ports,) = [check for check in said["checks"] if check["name"] == "ports"]

    assert ports["state"] == "ok"
    assert "nightloom itself" in ports["finding"]


def test_run_started_over_the_api_completes_and_fills_the_graph(up):
    run = up.prefect.run(path="documents", source="people")

    with up.driver() as driver:
        query = "MATCH (:Document)-[:HAS_CHUNK]->(c)-[:MENTIONS]->(e) RETURN count(DISTINCT e)"
        (found,) = driver.execute_query(query).records
        people = "MATCH (d:Document {source: 'people'}) RETURN count(d)"
        (documents,) = driver.execute_query(people).records
    assert run["state_type"] == "COMPLETED", run["state"]
    assert documents.value() == 2
    assert found.value() > 3
    assert up.prefect.table("nightly-set-aside") == []


def test_runs_send_heartbeats(up):
    """Without them a run whose process and worker are gone would be Running for ever."""
    wanted = {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}}}
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if up.prefect.call("POST", "/events/filter", wanted)["events"]:
            break
        time.sleep(1)

    assert up.prefect.call("POST", "/events/filter", wanted)["events"]


def test_tables_of_a_run_say_what_somebody_should_look_at(up):
    """A file that is no text, and two fathers of one person of the run before."""
    broken = up.folder / "documents" / "broken.txt"
    broken.write_bytes(b"\xff\xfe\x00")
    fathers = (
        "MATCH (person:Person) WITH collect(person)[..3] AS them UNWIND them[1..] AS father"
        " WITH them[0] AS child, father CREATE (child)-[:FATHER {derived: false}]->(father)"
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
    # The shipped model may contradict itself about the samples, too.
    (contradiction,) = [
        row
        for row in up.prefect.table("nightly-contradictions")
        if row["should hold"] == "There is one FATHER of an entity, not several."
    ]
    assert aside["document"] == "people/broken.txt"
    assert "UTF-8" in aside["reason"]
    assert contradiction["examples"].startswith(f"{child}: ")


def test_cancelled_run_says_what_is_kept_and_no_traceback(up):
    """As the button does it: the worker ends the process, and the run has the last word."""
    folder = up.folder / "long"
    folder.mkdir()
    sentence = "Ada Lovelace worked for the University of London in the city of London. "
    for number in range(400):
        (folder / f"{number}.txt").write_text(f"Number {number}. " + sentence * 60)
    run = up.prefect.begun(path="long")

    up.prefect.cancel(run)
    begun = time.monotonic()
    run = up.prefect.ended(run)

    assert run["state_type"] == "CANCELLED", run["state"]
    assert time.monotonic() - begun < SECONDS_TO_STOP
    assert "stopped: 0 documents of long are in, 400 wait" in up.prefect.page("nightly-summary")
    logged = "\n".join(up.prefect.logs(run, until="stopped: 0 documents of long are in"))
    assert "stopped: 0 documents of long are in" in logged
    assert "Traceback" not in logged
    assert "Crash" not in logged


def test_failed_run_says_why_and_no_traceback(up):
    run = up.prefect.run(path="nowhere")

    assert run["state_type"] == "FAILED"
    assert "nowhere" in run["state"]["message"]
    logged = "\n".join(up.prefect.logs(run, until="Finished in state Failed"))
    assert "nowhere" in logged
    assert "Traceback" not in logged


def test_wrong_parameter_is_refused_with_its_reason(up):
    with pytest.raises(urllib.error.HTTPError) as refused:
        up.prefect.run(max_vanished="many")

    with refused.value as answer:
        assert answer.code == 409
        assert "many" in answer.read().decode()


@pytest.mark.parametrize(
    ("deployment", "parameters"),
    [
        ("nightly", {"pth": "documents"}),
        ("nightly", {"max_vanished": 7}),
        ("nightly", {"source": "nobody"}),
        ("ingest-now", {"source": "nobody"}),
        ("ingest-now", {"limit": -1}),
        ("audit", {"deep": True}),
    ],
)
def test_what_a_form_does_not_offer_is_refused_before_there_is_a_run(up, deployment, parameters):
    with pytest.raises(urllib.error.HTTPError) as refused:
        up.prefect.run(deployment, **parameters)

    with refused.value as answer:
        assert answer.code == 409
        assert next(iter(parameters)) in answer.read().decode()


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_form_describes_every_parameter(up, name):
    deployment = up.prefect.deployment(name)
    fields = deployment["parameter_openapi_schema"]["properties"].values()

    assert len(deployment["description"]) > 50
    assert all(len(field["description"]) > 10 for field in fields)
    assert all("anyOf" not in field for field in fields)
    assert all(field["title"][0].isupper() for field in fields)


def test_dry_run_over_the_form_writes_nothing_and_audit_finds_nothing(up):
    with up.driver() as driver:
        count = "MATCH (n) RETURN count(n)"
        (before,) = driver.execute_query(count).records
        run = up.prefect.run("ingest-now", source="people", dry_run=True)
        (after,) = driver.execute_query(count).records

    assert run["state_type"] == "COMPLETED", run["state"]
    assert "dry run, nothing was written" in run["state"]["message"]
    assert before.value() == after.value()
    assert up.prefect.run("audit")["state"]["message"] == "Everything holds."
    up.prefect.run("replay")  # what a test before had set aside is gone, and settled by this
    assert up.prefect.run("replay")["state"]["message"] == "Nothing is set aside."


def test_run_is_started_from_the_form_of_the_ui(up, visitor: Visitor):
    """An operator fills in the form in a browser, and the run's page says that it completed."""
    page, prefect = visitor.page, up.prefect
    log_in(page, up, prefect.pages)
    page.goto(f"{prefect.pages}/deployments/deployment/{prefect.deployment()['id']}")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Custom run").click()
    for title in ("Another folder or file", "Kept under the name"):
        expect(page.get_by_text(f"{title} (Optional)")).to_be_visible()
    expect(page.get_by_text("Another folder of documents, one file, or an")).to_be_visible()
    path, name = page.locator("textarea").all()
    expect(path).to_have_value("")
    path.fill("documents")
    name.fill("people")
    visitor.picture("prefect-form")
    run = prefect.ended(submitted_form(page))
    page.goto(f"{prefect.pages}/runs/flow-run/{run['id']}")
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    visitor.picture("prefect-run")

    assert (run["parameters"]["path"], run["parameters"]["name"]) == ("documents", "people")
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


def test_second_up_in_the_same_home_is_refused(up):
    second = up.nightloom("up")

    assert second.returncode == 1
    assert "already up" in second.stderr
    assert f"process {up.process.pid}" in second.stderr


def test_taken_port_is_an_error_that_names_the_setting(up, tmp_path):
    second = subprocess.run(
        [NIGHTLOOM, "up"],
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
