"""What was looked into is not looked into again, and what is gone is forgotten."""

import sqlite3
import zipfile
from contextlib import closing

import pytest

from flows.errors import DamagedNotesError
from flows.sources import Converter, Folder, Seen, list_folder
from tests.flows.sources.test_conversions import mail


class Unpacking(Converter):
    """A converter that counts the files that it has unpacked."""

    n_unpacked = 0

    def members(self, format_, file):
        self.n_unpacked += 1
        return super().members(format_, file)


@pytest.fixture
def unpacking(tmp_path):
    with closing(Unpacking(seen=Seen(tmp_path / "seen.sqlite"))) as converter:
        yield converter


@pytest.fixture
def source(tmp_path):
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


def pack(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for stem, text in files.items():
            archive.writestr(f"{stem}.txt", text)
        archive.writestr("../out.txt", "a name that leads out")
        archive.writestr("picture.png", "of another kind")


def listed(folder, converter):
    return list_folder(folder, "s", max_bytes=1000, converter=converter)


def test_archive_is_unpacked_once_whatever_it_is_called(source, unpacking):
    pack(source / "a.zip", x="X", y="Y")
    first = listed(source, unpacking)
    (source / "a.zip").rename(source / "b.zip")

    second = listed(source, unpacking)

    assert unpacking.n_unpacked == 1
    assert [document.id for document in second.documents] == ["s/b.zip/x.txt", "s/b.zip/y.txt"]
    assert list(second.ignored) == ["s/b.zip/picture.png"]
    renamed = [aside.document.replace("a.zip", "b.zip") for aside in first.set_aside]
    assert [aside.document for aside in second.set_aside] == renamed
    assert [gap.id for gap in second.gaps] == renamed
    assert len(renamed) == 1


def test_other_bytes_or_other_limits_are_looked_into(source, unpacking):
    pack(source / "a.zip", x="X")
    listed(source, unpacking)

    pack(source / "a.zip", x="Z")
    listed(source, unpacking)
    list_folder(source, "s", max_bytes=999, converter=unpacking)

    assert unpacking.n_unpacked == 3


def test_archive_that_could_not_be_listed_to_its_end_is_tried_again(source, unpacking):
    pack(source / "a.zip", x="X" * 500)
    content = (source / "a.zip").read_bytes()
    (source / "a.zip").write_bytes(content[:-40])

    reasons = {listed(source, unpacking).set_aside for _ in range(2)}

    assert unpacking.n_unpacked == 2
    assert len(reasons) == 1


def test_mail_is_listed_as_before(source, unpacking):
    (source / "a.eml").write_bytes(bytes(mail("Hello.")))

    assert listed(source, unpacking) == listed(source, unpacking)
    assert unpacking.n_unpacked == 1


def test_file_that_is_gone_is_forgotten(source, unpacking, tmp_path):
    pack(source / "a.zip", secret_name="X")
    listed(source, unpacking)
    (source / "a.zip").unlink()
    listed(source, unpacking)

    unpacking.seen.close()

    assert b"secret_name" not in (tmp_path / "seen.sqlite").read_bytes()
    with closing(sqlite3.connect(tmp_path / "seen.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM files").fetchone() == (0,)


def test_damaged_file_is_named_with_the_way_out(source, tmp_path):
    pack(source / "a.zip", x="X")
    (tmp_path / "seen.sqlite").write_bytes(b"not a database" * 100)

    with (
        pytest.raises(DamagedNotesError, match=r"seen\.sqlite is damaged .* delete it"),
        closing(Unpacking(seen=Seen(tmp_path / "seen.sqlite"))) as converter,
    ):
        listed(source, converter)


def test_nobody_else_may_read_what_was_seen(tmp_path):
    """Names of documents stand there; an older file may have been open to all."""
    older = tmp_path / "seen.sqlite"
    older.touch(mode=0o644)
    for path in (older, tmp_path / "new" / "seen.sqlite"):
        with closing(Seen(path)) as seen:
            seen.forget("notes")
            seen.digest(Folder(name="notes", path=tmp_path), "a.txt", "1")
            kept = [path, *path.parent.glob("seen.sqlite-*")]
            assert {each.stat().st_mode & 0o777 for each in kept} == {0o600}
