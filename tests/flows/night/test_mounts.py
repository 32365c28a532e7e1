"""A disk that is not mounted is no reason to believe that its documents are gone."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.night import MountNotes, Request, run_night
from flows.sources import Folder


@pytest.fixture
def disk(folder, tools, tmp_path):
    """Documents on a disk of which a night has noted that it is one."""
    (folder / "disk").mkdir()
    (folder / "disk" / "a.txt").write_text("Ada works for Acme.")
    (folder / "b.txt").write_text("Bob works for Acme.")
    tools = replace(tools, mounts=MountNotes(tmp_path / "mounts.json"))
    run_night(Request(documents=Folder(name="notes", path=folder)), tools)
    tools.mounts.write("notes", ["notes/disk"])
    (folder / "disk" / "a.txt").unlink()
    return tools


@pytest.mark.parametrize("is_left_empty", [True, False])
def test_disk_that_is_not_mounted_hides_its_documents(disk, folder, triples, is_left_empty):
    if not is_left_empty:
        (folder / "disk").rmdir()

    reports = [
        run_night(Request(documents=Folder(name="notes", path=folder)), disk) for _ in range(2)
    ]

    assert ("Ada", "WORKS_FOR", "Acme") in triples()
    for report in reports:
        assert "notes/disk was a disk of its own and is not mounted" in report.gaps[0]


def test_documents_of_a_disk_may_be_let_go(disk, folder, triples):
    request = Request(documents=Folder(name="notes", path=folder), allow_vanished=True)

    report = run_night(request, disk)

    assert (report.gaps, triples()) == ((), {("Bob", "WORKS_FOR", "Acme")})
    assert disk.mounts.of("notes") == ()


def test_mounts_are_noticed():
    """Every Linux has some: its devices lie on disks that are none."""
    folders = [path for path in Path("/dev").iterdir() if path.is_dir() and not path.is_symlink()]
    mounted = [path for path in folders if path.is_mount()]

    mounts = Folder(name="s", path=Path("/dev"), include=("none",)).look().mounts

    assert {"", *(path.name for path in mounted)} <= set(mounts)


def test_notes_that_are_damaged_count_as_none(tmp_path):
    notes = MountNotes(tmp_path / "mounts.json")
    notes.path.write_text("{")

    assert notes.of("notes") == ()
    notes.write("notes", ["notes/disk"])
    assert notes.of("notes") == ("notes/disk",)
    notes.write("notes", [])
    assert notes.of("notes") == ()
