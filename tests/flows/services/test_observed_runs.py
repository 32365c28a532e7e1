"""What runs in Prefect tell a log store and a collector, and what is left of the forgotten."""

import json
import time
import urllib.error

import pytest

from flows.upkeep.citing import files_citing
from tests.flows.services.running import BIRTHS, started
from tests.receiving import receiving, said

MINE, EMPTY = "notes/of Zeno [1].txt", "notes/émpty.txt"
LATE_S = 12.0
"""Events reach Prefect's database seconds after what they tell of."""


@pytest.fixture(scope="module")
def receiver():
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def up(tmp_path_factory, receiver):
    folder = tmp_path_factory.mktemp("observed")
    documents = folder / "documents"
    documents.mkdir()
    (folder / "births.py").write_text(BIRTHS)
    (documents / "of Zeno [1].txt").write_text("Zeno was born in Elea. He told nobody.")
    (documents / "ada.txt").write_text("Ada was born in London.")
    (documents / "émpty.txt").write_text("")
    settings = {
        "SOURCES": '[{"path": "documents", "name": "notes"}]',
        "EXTRACTOR__MODEL": "births.py:Births",
        "LOG_FORMAT": "json",
        "MAX_REJECTED": "1",
        "TELEMETRY__ENDPOINT": receiver.url,
    }
    with started(folder, **settings) as running:
        yield running


@pytest.fixture(scope="module")
def night(up):
    """A night that has set one document aside."""
    run = up.prefect.run()
    assert (run["state_type"], run["state"]["name"]) == ("COMPLETED", "CompletedWithWarning")
    return run


def test_lines_of_a_flow_run_are_objects_that_say_where_they_are_from(up, night):
    log = (up.folder / ".nightloom/prefect/prefect-worker.log").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    mine = [line for line in lines if line.get("run") == night["id"]]

    rest = [line for line in log.splitlines() if not line.startswith("{")]
    assert [line for line in rest if "started!" not in line and line.strip()] == []
    assert all({"time", "level", "message"} <= set(line) for line in lines)
    assert {"discover", "extract", "upsert"} <= {line.get("step") for line in mine}
    assert "notes: extract" in {line["message"] for line in mine}
    (aside,) = [line for line in mine if "document" in line]
    assert (aside["document"], aside["source"]) == (EMPTY, "notes")
    assert "born in" not in log
    assert up.password.split(":")[1] not in log


def test_flow_run_sends_one_trace(up, night, receiver):
    (run,) = receiver.children(None)

    assert said(run)["nightloom.run"] == night["id"]
    assert {"extract", "extract shard 1 of 1", "infer"} <= {span.name for span in receiver.spans}
    aside = receiver.figure("nightloom.documents", source="notes", outcome="set aside")
    assert aside == 1


@pytest.mark.parametrize("document", [MINE, EMPTY])
def test_forgotten_document_leaves_no_trace_in_prefect(up, night, document):
    """Its id among the parameters of the run itself, in reports and in logs."""
    home = up.folder / ".nightloom"
    (up.folder / "documents" / document.removeprefix("notes/")).unlink()
    assert up.prefect.table("nightly-changes")
    assert [path for path in files_citing(document, home) if "prefect" in str(path)]

    run = up.prefect.run("forget", document=document)

    assert run["state"]["name"] == "Completed", run["state"]["message"]
    assert "nothing cites it any more" in run["state"]["message"]
    time.sleep(LATE_S)
    assert list(files_citing(document, home)) == []
    (asked,) = up.prefect.call("GET", f"/flow_runs/{run['id']}")["parameters"].values()
    assert asked == "[forgotten]"
    assert {row["what"] for row in up.prefect.table("forget-receipt")} >= {"chunks", "entities"}


def test_document_that_is_none_fails_and_leaves_no_trace_either(up):
    run = up.prefect.run("forget", document="notes/nobody-knows-this.txt")

    assert run["state_type"] == "FAILED"
    assert run["state"]["message"].startswith("There is no such document: an id is the name")
    time.sleep(LATE_S)
    assert list(files_citing("notes/nobody-knows-this.txt", up.folder / ".nightloom")) == []


@pytest.mark.parametrize("parameters", [{}, {"document": "notes"}, {"document": ""}])
def test_what_can_be_no_id_is_refused_before_there_is_a_run(up, parameters):
    with pytest.raises(urllib.error.HTTPError) as refused:
        up.prefect.run("forget", **parameters)

    assert refused.value.code in (409, 422)
    refused.value.close()
