"""What a monitor is told of nights, and what the files of the docs make of it."""

import base64
import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from flows.night import OUTCOMES, Request, RunNotes
from flows.page.metrics import exposition
from flows.settings import load_settings
from flows.sources import Folder
from tests.flows.page.conftest import WORD
from tests.flows.services.running import ROOT

HOSTILE = 'a "b"\\ \n# HELP c'


@pytest.fixture
def noted(served):
    """Notes of a night of two sources, one of which has a hostile name."""
    account = {"listed": 3, "upserted": 1, "unchanged": 1, "set_aside": 1}
    at = (datetime.now(UTC) - timedelta(hours=5)).isoformat()
    (load_settings().home / "rejected.json").write_text(
        json.dumps(
            {
                "documents": [
                    {
                        "document": "notes/a.txt",
                        "source": "notes",
                        "stage": "extract",
                        "reason": "secret words",
                        "attempts": 1,
                        "first_at": at,
                        "last_at": at,
                    }
                ],
                "sources": {
                    "notes": {"path": "notes", "at": at, "account": account},
                    HOSTILE: {"path": "x", "at": at},
                },
            }
        )
    )
    return served


def had_run(source: str, outcome: str) -> None:
    """Note how the last run over a source ended, as runs do."""
    request = Request(documents=Folder(name=source, path=Path("x")))
    RunNotes.of(load_settings().home).end(request, outcome)


def asked(served, word: str = WORD):
    said = base64.b64encode(word.encode()).decode()
    with served.client(Authorization=f"Basic {said}") as monitor:
        return monitor.get("/metrics")


def values(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_monitor_is_told_how_nights_went(noted):
    answer = asked(noted)

    told = values(answer.text)
    assert answer.status_code == 200
    assert told["nightloom_graph_up",] == 1
    assert told["nightloom_night_documents", "listed", "notes"] == 3
    assert told["nightloom_night_documents", "set aside", "notes"] == 1
    assert told["nightloom_rejected_documents", "notes", "extract"] == 1
    assert ("nightloom_night_timestamp_seconds", HOSTILE) in told
    assert "secret words" not in answer.text


def test_late_sources_are_told(noted, monkeypatch):
    sources = '[{"path": "n", "name": "notes", "max_age_h": 4}, {"path": "m", "name": "mails"}]'
    monkeypatch.setenv("NIGHTLOOM_SOURCES", sources)

    told = values(exposition(load_settings(), noted.graph).decode())

    assert told["nightloom_source_late", "notes"] == 1
    assert told["nightloom_source_late", "mails"] == 0
    assert told["nightloom_source_max_age_seconds", "notes"] == 4 * 3600


def test_a_monitor_is_told_how_runs_ended_of_what_is_read_every_night(noted, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_SOURCES", '[{"path": "n", "name": "notes"}, {"path": "m"}]')
    had_run("notes", "completed")
    had_run("notes", "failed")
    had_run("by hand", "failed")

    told = values(exposition(load_settings(), noted.graph).decode())

    assert told["nightloom_run_outcome", "failed", "notes"] == 1
    assert told["nightloom_run_outcome", "completed", "notes"] == 0
    assert time.time() - told["nightloom_run_timestamp_seconds", "notes"] < 3600
    assert {labels[-1] for labels in told if labels[0] == "nightloom_run_outcome"} == {"notes"}


def test_a_monitor_is_told_the_limits_of_a_night(noted, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_MAX_REJECTED", "0.2")

    told = values(exposition(load_settings(), noted.graph).decode())

    assert told["nightloom_max_rejected_ratio",] == 0.2
    assert told["nightloom_max_vanished_ratio",] == 0.1


@pytest.mark.parametrize("word", [":", "nightloom:", "nightloom:another", "x", f"{WORD} "])
def test_nobody_else_is_told(noted, word):
    answer = asked(noted, word)

    assert answer.status_code == 401
    assert "nightloom_" not in answer.text


def test_alarms_and_board_ask_for_what_there_is(noted, monkeypatch):
    """A name that is misspelt there would never alarm anybody."""
    sources = '[{"path": "n", "name": "notes", "max_age_h": 4}]'
    monkeypatch.setenv("NIGHTLOOM_SOURCES", sources)
    had_run("notes", "failed")
    told = {name for name, *_ in values(exposition(load_settings(), noted.graph).decode())}
    rules = yaml.safe_load((ROOT / "docs" / "alerts.yaml").read_text())["groups"][0]["rules"]
    board = json.loads((ROOT / "docs" / "grafana.json").read_text())["panels"]
    operations = (ROOT / "docs" / "operations.md").read_text("utf-8")

    asks = [rule["expr"] for rule in rules]
    asks += [target["expr"] for panel in board for target in panel["targets"]]
    for ask in asks:
        for outcomes in re.findall(r'nightloom_run_outcome{outcome=~"([^"]*)"', ask):
            assert set(outcomes.split("|")) <= set(OUTCOMES)
        assert set(re.findall(r"nightloom_\w+", ask)) <= told
    for rule in rules:
        page, _, paragraph = rule["annotations"]["remedy"].partition(", ")
        assert page == "operations.md"
        assert f"**{paragraph}" in operations
