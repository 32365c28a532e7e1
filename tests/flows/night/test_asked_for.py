"""What somebody may ask of one run: a dry run, a limit, reading again, patience."""

import threading
import time
from dataclasses import replace

import pytest

from flows.night.order import run_night
from flows.night.rejections import RejectionNotes
from flows.night.request import Request
from flows.sources import Folder
from graphdb import LeaseHeldError


@pytest.fixture
def ask(tools, folder):
    """Spend a night that was asked for in some way."""

    def ask(**asked):
        return run_night(Request(documents=Folder(name="notes", path=folder), **asked), tools)

    return ask


@pytest.fixture
def notes(folder):
    """Three documents, each with a fact."""
    for name, who in (("a", "Ada"), ("b", "Bob"), ("c", "Cid")):
        (folder / f"{name}.txt").write_text(f"{who} works for Acme.")


def test_dry_run_says_what_a_night_would_do_and_writes_nothing(
    ask, notes, folder, tools, reader, tmp_path
):
    rejections = RejectionNotes(tmp_path / "rejected.json")
    ask(limit=2)
    (folder / "a.txt").write_text("Ada works for Bolt.")
    (folder / "b.txt").unlink()
    (folder / "d.txt").write_text("long " * 250_000)  # more than max_document_bytes
    before, n_read = reader.totals(), tools.extractor.n_read

    request = Request(documents=Folder(name="notes", path=folder), dry_run=True)
    report = run_night(request, replace(tools, rejections=rejections))

    assert (report.n_new, report.n_changed, report.n_unchanged) == (1, 1, 0)
    assert (report.n_retracted, len(report.set_aside)) == (1, 1)
    assert report.account.adds_up
    assert "dry run, nothing was written: 2 documents would be read" in report.title
    assert (reader.totals(), tools.extractor.n_read) == (before, n_read)
    assert not rejections.path.exists()


def test_limit_leaves_the_others_for_the_next_night(ask, notes, triples):
    first, second = ask(limit=2), ask()

    assert (first.n_upserted, first.n_waiting, second.n_new) == (2, 1, 1)
    assert "1 new or changed document beyond the limit" in first.notes[0]
    assert len(triples()) == 3


def test_limit_withdraws_nothing(ask, notes, folder, triples):
    ask()
    (folder / "a.txt").unlink()
    for name in "xyz":
        (folder / f"{name}.txt").write_text("Eve works for Acme.")

    report = ask(limit=1)

    assert report.n_retracted == 0
    assert ("Ada", "WORKS_FOR", "Acme") in triples()


def test_reading_again_asks_the_model_for_what_it_has_read(ask, notes, tools):
    ask()
    report = ask(read_again=True)

    assert tools.extractor.n_read == 6
    assert (report.n_extracted, report.changed.facts) == (3, ())


def test_run_waits_for_another_that_holds_the_graph(ask, notes, graph):
    held = threading.Event()

    def hold():
        with graph.lease("somebody else on another machine", "other"):
            held.set()
            time.sleep(2)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(60)

    with pytest.raises(LeaseHeldError):
        ask()
    report = ask(wait_s=120)
    other.join()

    assert report.n_new == 3
