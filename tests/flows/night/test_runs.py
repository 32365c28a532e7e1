"""How runs ended is noted for monitors, also of a run that could not say so itself."""

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.errors import IncompleteListingError, SettingsError, SourceError
from flows.night import Request, RunNotes, noted_failure, run_night
from flows.night.runs import BegunRun, RunNote
from flows.sources import Folder
from graphdb import LeaseHeldError


@pytest.fixture
def runs(tmp_path):
    return RunNotes.of(tmp_path)


@pytest.fixture
def run(tools, folder, runs):
    def run(*, max_rejected: float = 1.0, max_vanished: float = 0.1, **asked) -> str:
        request = Request(documents=Folder(name="notes", path=folder), **asked)
        tonight = replace(tools, runs=runs, max_rejected=max_rejected, max_vanished=max_vanished)
        run_night(request, tonight)
        return request.run

    return run


def outcome(runs) -> str:
    return runs.read()["notes"].ended.outcome


def test_each_way_in_which_a_run_ends_is_noted(run, runs, folder):
    (folder / "a.txt").write_text("Ada works for Acme.")
    name = run()
    assert (runs.read()["notes"].ended.run, outcome(runs)) == (name, "completed")

    (folder / "bug.txt").write_text("BUG")
    run()
    assert outcome(runs) == "completed with warnings"
    run(max_rejected=0.1)
    assert outcome(runs) == "failed"

    run(max_rejected=1.0)
    (folder / "a.txt").unlink()
    with pytest.raises(IncompleteListingError):
        run()
    assert outcome(runs) == "failed"
    assert runs.read()["notes"].begun is None


@pytest.mark.parametrize("part", [{"file": "a.txt"}, {"limit": 1}, {"dry_run": True}])
def test_runs_that_do_not_speak_for_the_whole_source_are_not_noted(run, runs, folder, part):
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text("Ada works for Acme.")

    run(**part)

    assert runs.read() == {}


def test_run_that_steps_aside_leaves_the_outcome_of_the_last_one(run, runs, folder, tools):
    (folder / "a.txt").write_text("Ada works for Acme.")
    name = run()

    with tools.graph.lease("somebody else", "another run"), pytest.raises(LeaseHeldError):
        run()

    note = runs.read()["notes"]
    assert (note.ended.run, note.ended.outcome, note.begun) == (name, "completed", None)


def test_run_whose_process_was_killed_has_crashed(runs, folder):
    script = (
        "import sys, time; from pathlib import Path; from flows.night import Request, RunNotes;"
        "from flows.sources import Folder;"
        "RunNotes.of(Path(sys.argv[1])).begin("
        "Request(documents=Folder(name='notes', path=Path(sys.argv[2]))));"
        "print('begun', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, runs.path.parent, folder], stdout=subprocess.PIPE
    )
    assert process.stdout
    with process:
        assert process.stdout.readline() == b"begun\n"
        assert runs.read()["notes"].ended is None
        process.send_signal(signal.SIGKILL)

    assert outcome(runs) == "crashed"


def test_run_that_could_not_begin_has_failed(runs, folder):
    requests = [Request(documents=Folder(name=name, path=folder)) for name in ("notes", "mails")]

    with pytest.raises(SettingsError), noted_failure(requests, runs):
        raise SettingsError("no such model")

    assert {name: note.ended.outcome for name, note in runs.read().items()} == {
        "notes": "failed",
        "mails": "failed",
    }


def test_failure_after_a_run_does_not_change_how_it_ended(run, runs, folder):
    (folder / "a.txt").write_text("Ada works for Acme.")
    request = Request(documents=Folder(name="notes", path=folder), run="tonight")

    def night_and_more() -> None:
        with noted_failure([request], runs):
            run(run="tonight")
            raise SourceError("of something else")

    with pytest.raises(SourceError):
        night_and_more()

    assert outcome(runs) == "completed"


def test_run_is_stopped_by_people_and_not_failed(runs, folder):
    request = Request(documents=Folder(name="notes", path=folder))

    with pytest.raises(KeyboardInterrupt), noted_failure([request], runs):
        raise KeyboardInterrupt

    assert outcome(runs) == "stopped"


def test_damaged_notes_are_no_reason_to_lose_a_run(run, runs, folder):
    (folder / "a.txt").write_text("Ada works for Acme.")
    runs.path.write_text("{")
    assert runs.read() == {}

    run()

    assert outcome(runs) == "completed"


def test_run_on_another_machine_is_not_called_crashed():
    begun = BegunRun(run="tonight", at=datetime.now(UTC), holder="ada on x.example (process 1)")

    assert RunNote(begun=begun).as_known_now.ended is None
