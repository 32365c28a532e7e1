"""The notes of a killed rebuild: whatever became of the file, nothing in it is lost unsaid."""

import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import DamagedNotesError
from flows.night.notes import RebuildNotes
from flows.upkeep.forget import forget
from flows.upkeep.rebuild import rebuild
from graphdb import Version

OWED = {"notes/a.txt": Version(sha256="s", title="t", extractor="e", ontology="o")}

texts = st.text(max_size=8)
versions = st.builds(Version, sha256=texts, title=texts, extractor=texts, ontology=texts)
wrong = st.one_of(
    st.binary(min_size=1, max_size=40),
    st.recursive(
        st.none() | st.booleans() | st.integers() | texts,
        lambda inner: st.lists(inner, min_size=1) | st.dictionaries(texts, inner, min_size=1),
        max_leaves=6,
    ).map(lambda data: json.dumps(data).encode()),
    st.sampled_from([b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe{}", b'{"a": {"sha256": 1}}']),
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), versions, min_size=1))
def test_what_is_written_is_read_again(tmp_path, owed):
    notes = RebuildNotes(tmp_path / "rebuild.json")

    notes.write(owed)

    assert notes.read() == owed


@given(wrong)
def test_damaged_file_is_named_and_kept(tmp_path, content):
    """Truncated, of another shape, nested thousands deep, no text at all: one sentence says so."""
    path = tmp_path / "rebuild.json"
    path.write_bytes(content)

    for use in (RebuildNotes(path).read, lambda: RebuildNotes(path).drop(lambda id_: True)):
        with pytest.raises(DamagedNotesError, match="nightloom ingest FOLDER") as caught:
            use()
        assert str(path) in str(caught.value)

    assert path.read_bytes() == content


@pytest.mark.parametrize("n_bytes", [0, 1, 30, -1])
def test_truncated_file_is_named_and_kept(tmp_path, n_bytes):
    notes = RebuildNotes(tmp_path / "rebuild.json")
    notes.write(OWED)
    rest = notes.path.read_bytes()[:n_bytes]
    notes.path.write_bytes(rest)

    with pytest.raises(DamagedNotesError):
        notes.read()

    assert notes.path.read_bytes() == rest


def test_rebuild_and_forget_touch_nothing_while_the_notes_are_damaged(
    night, folder, tools, tmp_path
):
    (folder / "a.txt").write_text("Ada works for Acme.")
    night()
    before = list(tools.graph.dump())
    tools.notes.path.write_text("{")

    for act in (
        lambda: rebuild(tools),
        lambda: forget("notes/a.txt", tools, tmp_path),
    ):
        with pytest.raises(DamagedNotesError):
            act()

    assert list(tools.graph.dump()) == before
    assert len(tools.store) == 1


def test_night_goes_on_with_damaged_notes_and_says_so(night, folder, tools):
    """The night is the way out: it brings back what a killed rebuild had withdrawn."""
    (folder / "a.txt").write_text("Ada works for Acme.")
    tools.notes.path.write_text("{")

    report = night()

    assert report.n_upserted == 1
    (sentence,) = report.violations
    assert f"{tools.notes.path} is damaged" in sentence
    assert tools.notes.path.exists()


def test_notes_are_for_their_owner_alone(tmp_path):
    """Titles and ids of documents stand in them; a file left open by anything else is replaced."""
    notes = RebuildNotes(tmp_path / "rebuild.json")
    left = notes.path.with_suffix(".unfinished")
    left.write_text("left by a killed rebuild")
    left.chmod(0o644)

    notes.write(OWED)

    assert stat.S_IMODE(notes.path.stat().st_mode) == 0o600
