"""Files that are exchanged under our hands: nothing is waited for, nothing outside is read."""

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest

from flows.errors import SourceError
from flows.sources import Folder, list_folder, list_source, read_document
from flows.sources.formats.jsonl import lines
from flows.sources.opening import open_regular

LIMIT = 1_000_000


@pytest.fixture
def listed(tmp_path):
    (tmp_path / "a.txt").write_text("Ada")
    (document,) = list_folder(tmp_path, "s", max_bytes=LIMIT).documents
    return document


def test_pipe_in_the_place_of_a_listed_file_is_not_waited_for(listed, tmp_path):
    (tmp_path / "a.txt").unlink()
    os.mkfifo(tmp_path / "a.txt")

    with pytest.raises(SourceError, match="is no regular file: remove it"):
        read_document(listed)


def test_link_in_the_place_of_a_listed_file_leads_nowhere(listed, tmp_path):
    (tmp_path / "a.txt").unlink()
    (tmp_path / "a.txt").symlink_to("/etc/passwd")

    with pytest.raises(SourceError, match="is a link out of the folder"):
        read_document(listed)


def test_link_in_the_place_of_a_folder_on_the_way_leads_nowhere(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside / "b", outside):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text("Ada")
    (document,) = list_folder(inside, "s", max_bytes=LIMIT).documents
    (inside / "b" / "a.txt").unlink()
    (inside / "b").rmdir()
    (inside / "b").symlink_to(outside)

    with pytest.raises(SourceError, match="cannot be read"):
        read_document(document)


def test_link_within_the_folder_leads_to_its_file(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "a.txt").write_text("Ada")
    (tmp_path / "c.txt").symlink_to("b/a.txt")

    opened = open_regular(tmp_path, "c.txt")

    assert opened.file.read() == b"Ada"
    opened.close()


def test_device_is_not_opened(tmp_path):
    with pytest.raises(ValueError, match="is no regular file"):
        Folder(name="s", path=tmp_path.joinpath("/dev")).open("null")


LINE = b'{"id": "%d", "text": "Ada"}\n'


class WrittenWhenOpened(Folder):
    """Somebody writes to each file a moment after we have opened it."""

    def open(self, name):
        opened = super().open(name)
        with (self.path / name).open("ab") as file:
            file.write(LINE % 10_000)
        return opened


class WrittenAsItIsRead(io.FileIO):
    """Somebody writes another line whenever we have read one."""

    def readline(self, limit=-1, /):
        with Path(self.name).open("ab") as file:
            file.write(LINE % file.tell())
        return super().readline(limit)


class Growing(Folder):
    """Files grow as fast as they are read."""

    def open(self, name):
        opened = super().open(name)
        opened.close()
        return replace(opened, file=WrittenAsItIsRead(self.path / name))


@pytest.mark.parametrize("kind", [WrittenWhenOpened, Growing])
def test_file_that_grows_as_it_is_read_has_an_end(tmp_path, kind):
    """And is left to the next run: nobody knows yet what it will say."""
    (tmp_path / "a.jsonl").write_bytes(b"".join(LINE % number for number in range(20)))

    listing = list_source(kind(name="s", path=tmp_path), max_bytes=LIMIT)

    assert [str(aside) for aside in listing.set_aside] == [
        "s/a.jsonl changed while the run was reading: the next run will take it"
    ]
    assert len(listing.documents) == 20
    assert listing.hiding("s/a.jsonl/of yesterday")


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_file_written_to_in_its_length_is_left_to_the_next_run(tmp_path, name):
    """Its size alone would not tell."""

    class Overwritten(Folder):
        def open(self, name):
            opened = super().open(name)
            path = self.path / name
            content = path.read_bytes().replace(b"Ada", b"Eve")
            # Time stamps are those of the kernel's clock, which moves every few milliseconds.
            while not opened.has_changed():
                path.write_bytes(content)
            return opened

    (tmp_path / name).write_bytes(LINE % 1)

    listing = list_source(Overwritten(name="s", path=tmp_path), max_bytes=LIMIT)

    assert listing.hiding(f"s/{name}/of yesterday")
    assert "changed while the run was reading" in str(listing.set_aside)


def test_lines_behind_the_length_at_opening_are_left_alone(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"one\n\n two\nthree\n")

    with path.open("rb") as file:
        parts = [(part.number, content) for part, content in lines(file, 10, max_bytes=100)]

    assert parts == [(1, b"one\n"), (3, b" two\n")]


def test_long_line_is_skipped_without_being_held(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * 1000 + b"\n" + b" " * 1000 + b"\nshort\n")

    with path.open("rb") as file:
        parts = list(lines(file, path.stat().st_size, max_bytes=10))

    assert [(part.number, part.n_bytes, content) for part, content in parts] == [
        (1, 1001, b""),
        (3, 6, b"short\n"),
    ]


def test_folders_nested_deeper_than_python_calls_are_walked(tmp_path):
    names = ["d"] * 1_200
    for depth in range(len(names)):
        tmp_path.joinpath(*names[: depth + 1]).mkdir()
    file = tmp_path.joinpath(*names, "a.txt")
    file.write_text("Ada")

    listing = list_folder(tmp_path, "s", max_bytes=LIMIT)
    texts = [read_document(document).text for document in listing.documents]
    file.unlink()
    while names:  # removing a tree as deep as this is too much for Python's own means
        tmp_path.joinpath(*names).rmdir()
        names.pop()

    assert texts == ["Ada"]
