"""What is set aside is kept with its step, reason, attempts and time, and can be read again."""

import json
from dataclasses import replace

import pytest

from flows.errors import DamagedNotesError
from flows.night import RejectionNotes, Request, run_night
from flows.sources import Folder


@pytest.fixture
def rejections(tmp_path):
    return RejectionNotes(tmp_path / "home" / "rejected.json")


@pytest.fixture
def night(tools, folder, rejections):
    def run(**request):
        asked = Request(documents=Folder(name="notes", path=folder), **request)
        return run_night(asked, replace(tools, rejections=rejections, max_rejected=0.5))

    return run


def noted(rejections):
    return {each.document: (each.stage, each.attempts) for each in rejections.read().documents}


def test_each_step_notes_what_it_sets_aside_until_a_night_takes_it(night, folder, rejections):
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "bug.txt").write_text("BUG")
    (folder / "empty.txt").write_bytes(b"")

    first = night()
    second = night()

    assert noted(rejections) == {
        "notes/bug.txt": ("extract", 2),
        "notes/empty.txt": ("discover", 2),
    }
    [bug] = [each for each in rejections.read().documents if "bug" in each.document]
    assert (bug.first_at, bug.last_at) == (first.started_at, second.started_at)
    assert bug.reason

    (folder / "bug.txt").write_text("Bob works for Acme.")
    (folder / "empty.txt").unlink()
    night()

    assert noted(rejections) == {}


def test_account_of_a_source_is_kept_with_its_run(night, folder, rejections):
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "bug.txt").write_text("BUG")

    report = night()
    night(file="a.txt")  # looks at one file alone: no account of the source

    note = rejections.read().sources["notes"]
    assert (note.run, note.account) == (report.run, report.account)
    assert note.account.rows == {
        "listed": 3,
        "upserted": 1,
        "unchanged": 0,
        "set aside": 1,
        "of other kinds": 1,
        "vanished": 0,
    }


def test_replay_reads_exactly_what_was_set_aside(night, folder, rejections, triples):
    lines = '{"id": "1", "text": "BUG"}\n{"text": "no id"}\n'
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "bug.txt").write_text("BUG")
    (folder / "lines.jsonl").write_text(lines)
    night()
    only = tuple(each.document for each in rejections.read().documents)
    (folder / "a.txt").write_text("Ada works for Bolt.")
    (folder / "bug.txt").write_text("Bob works for Acme.")
    (folder / "new.txt").write_text("Eve works for Acme.")
    (folder / "lines.jsonl").write_text(
        '{"id": "1", "text": "Cal works for Acme."}\n{"id": "2", "text": "Dan works for Acme."}\n'
    )

    report = night(only=only)

    assert len(only) == 3
    assert report.account.rows["upserted"] == report.n_listed == 3
    assert triples() == {(name, "WORKS_FOR", "Acme") for name in ("Ada", "Bob", "Cal", "Dan")}
    assert noted(rejections) == {}
    assert rejections.read().sources["notes"].run != report.run


def test_replay_withdraws_nothing(night, folder, rejections, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "b.txt").write_text("Bob works for Acme.")
    night()
    (folder / "b.txt").write_text("BUG")
    night()
    (folder / "a.txt").unlink()
    (folder / "b.txt").unlink()

    report = night(only=("notes/b.txt",))

    assert (report.n_listed, report.n_retracted) == (0, 0)
    assert len(triples()) == 2


@pytest.mark.parametrize(("n_good", "fails"), [(1, False), (0, True)])
def test_more_than_the_allowed_share_counts_as_failed_and_loses_nothing(
    night, folder, triples, n_good, fails
):
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "b.txt").write_text("BUG")
    (folder / "c.txt").write_text("Cal works for Acme." if n_good else "BUG")

    report = night()

    assert bool(report.failure) == fails
    assert "max_rejected" in report.failure or not fails
    assert ("Ada", "WORKS_FOR", "Acme") in triples()


def test_damaged_notes_cost_no_night_and_are_named(night, folder, rejections, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    rejections.path.parent.mkdir()
    rejections.path.write_text("{")

    report = night()

    assert [sentence for sentence in report.violations if "rejected.json is damaged" in sentence]
    assert len(triples()) == 1
    with pytest.raises(DamagedNotesError, match="delete it"):
        rejections.read()


def test_the_file_is_private_and_what_is_forgotten_leaves_it(night, folder, rejections):
    (folder / "bug.txt").write_text("BUG")
    night()

    assert rejections.path.stat().st_mode & 0o077 == 0
    assert rejections.drop("notes/bug.txt")
    assert json.loads(rejections.path.read_text())["documents"] == []
    assert not rejections.drop("notes/bug.txt")
