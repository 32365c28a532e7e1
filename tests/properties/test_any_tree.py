"""Promise 5 for whatever lies in a folder: links, pipes, sockets, folders in place of files."""

import os
import shutil
import signal
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.errors import SourceError
from flows.sources import list_folder, read_document

NAMES = st.sampled_from(["a", "b.txt", "c.md", "d.jsonl", "e.png", ".hidden", "f.TXT"])
CONTENTS = st.sampled_from(
    [b"", b"Ada.", b"\xff", b"x" * 300, b'{"id": 1, "text": "Ada."}\n{', b'{"id": 1}\n' * 2]
)
LEAVES = st.one_of(
    st.tuples(st.just("file"), CONTENTS),
    st.tuples(st.just("link"), st.sampled_from(["b.txt", "../b.txt", "a", "gone", "/etc", "."])),
    st.tuples(st.sampled_from(["pipe", "socket"]), st.none()),
)
TREES = st.recursive(
    st.dictionaries(NAMES, LEAVES, max_size=4),
    lambda trees: st.dictionaries(NAMES, LEAVES | trees, max_size=4),
    max_leaves=12,
)
BEFORE = {
    "a": {"b.txt": ("file", b"Ada."), "a": {"c.md": ("file", b"Bob.")}},
    "b.txt": ("file", b"Cid."),
    "d.jsonl": ("file", b'{"id": 1, "text": "Dan."}\n{"id": "a/b", "text": "Eve."}\n'),
}
AFTER = st.fixed_dictionaries({}, optional=dict.fromkeys(BEFORE, LEAVES | TREES))


def grow(tree: dict, folder: Path) -> None:
    folder.mkdir()
    for name, thing in tree.items():
        path = folder / name
        if isinstance(thing, dict):
            grow(thing, path)
        elif thing[0] == "file":
            path.write_bytes(thing[1])
        elif thing[0] == "link":
            path.symlink_to(thing[1])
        elif thing[0] == "pipe":
            os.mkfifo(path)
        else:
            bind(path)


def bind(path: Path) -> None:
    """Leave a socket; the name of one may not be long, so it is given from beside it."""
    here = os.open(".", os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as left:
        os.chdir(path.parent)
        left.bind(path.name)
        os.fchdir(here)
    os.close(here)


def seen(folder: Path, name: str = "s"):
    """Yield the ids of all that is in a folder, folders aside, as a person would count it."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from seen(path, f"{name}/{path.name}")
        else:
            yield f"{name}/{path.name}"


@pytest.fixture
def impatient():
    """Nothing here takes seconds, unless it waits for a pipe."""

    def ring(number, frame):
        raise TimeoutError("the listing waits for something")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@settings(max_examples=100)
@given(tree=TREES)
def test_whatever_lies_in_a_folder_is_listed_set_aside_or_ignored(tmp_path, impatient, tree):
    """Each thing is accounted for exactly once, and no listing waits for anybody."""
    folder = tmp_path / "s"
    shutil.rmtree(folder, ignore_errors=True)
    grow(tree, folder)

    listing = list_folder(folder, "s", max_bytes=200)

    files = {document.origin.name + "/" + document.file for document in listing.documents}
    aside = {each.document.partition(", line ")[0] for each in listing.set_aside}
    aside = {id_.removesuffix("/1") for id_ in aside}  # a line that names itself
    assert sorted(files | aside | set(listing.ignored)) == list(seen(folder))
    assert not (files | aside) & set(listing.ignored)
    assert {gap.id for gap in listing.gaps} <= aside
    for document in listing.documents:
        with suppress(SourceError):
            assert read_document(document).id == document.id


@settings(max_examples=100)
@given(after=AFTER)
def test_nothing_that_may_be_hidden_counts_as_gone(tmp_path, impatient, after):
    """A document is gone only if its name is free, or the file that held it was read whole."""
    folder = tmp_path / "s"
    shutil.rmtree(folder, ignore_errors=True)
    grow(BEFORE, folder)
    known = {document.id for document in list_folder(folder, "s", max_bytes=200).documents}
    shutil.rmtree(folder)
    grow(after, folder)

    listing = list_folder(folder, "s", max_bytes=200)

    present = {document.id for document in listing.documents}
    present |= {each.document for each in listing.set_aside}
    gone = {id_ for id_ in known - present if not listing.hiding(id_)}
    in_doubt = {gap.id for gap in listing.gaps}
    for id_ in gone:
        path = folder / id_.removeprefix("s/")
        holders = [path, *path.parents]
        first = next(holder for holder in holders if os.path.lexists(holder))
        is_folder = first.is_dir() and not first.is_symlink()
        holder = f"s/{first.relative_to(folder).as_posix()}"
        is_read_whole = holder.endswith(".jsonl") and holder not in in_doubt
        assert is_folder or is_read_whole or path == first, (id_, holder)
