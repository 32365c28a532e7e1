"""The store gives back what was put, and counts damage as missing."""

import hashlib
import json
import logging
import os
import tracemalloc
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.facts import Document, Extraction, extraction_from_dict
from extractors.store import ExtractionStore, StoreEntry
from tests.extractors.texts import any_text
from tests.strategies import extraction

FACTS = extraction(("Ada", "WORKS_FOR", "Acme"), id="a", extractor="m@1")


def compressed(data: bytes) -> bytes:
    """Return what nightloom 0.1 wrote for an entry: one frame."""
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def summed(data: bytes) -> bytes:
    """Return an entry whose sum is right, whatever it holds."""
    frame = compressed(data)
    return bytes.fromhex("502a4d1820000000") + hashlib.sha256(frame).digest() + frame


def entry_of(store: ExtractionStore, content: bytes) -> Path:
    """Put facts, and other bytes in the place of their entry."""
    store.put(FACTS)
    (path,) = store.traces("a")
    path.write_bytes(content)
    return path


@contextmanager
def at_most_mb(megabytes: int):
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < megabytes * 1_000_000


def is_missing(store: ExtractionStore) -> bool:
    return store.get(FACTS.document, "m@1") is None and list(store) == []


def test_put_then_get_is_the_same(tmp_path):
    store = ExtractionStore(tmp_path)
    store.put(FACTS)
    store.put(FACTS)

    assert store.get(FACTS.document, "m@1") == FACTS
    assert list(store) == [FACTS]
    assert len(store) == 1


def test_another_text_or_extractor_is_not_found(tmp_path):
    store = ExtractionStore(tmp_path)
    store.put(FACTS)

    assert store.get(FACTS.document, "m@2") is None
    assert store.get(Document(id="a", text="Other."), "m@1") is None


def test_the_same_text_under_another_id_is_found_as_the_asked_document(tmp_path):
    store = ExtractionStore(tmp_path)
    store.put(FACTS)
    asked = replace(FACTS.document, id="b", title="New")

    assert store.get(asked, "m@1") == replace(FACTS, document=asked)


def test_a_damaged_entry_is_missing_and_says_so(tmp_path, caplog):
    store = ExtractionStore(tmp_path)
    store.put(FACTS)
    (path,) = tmp_path.glob("*/*.zst")
    path.write_bytes(path.read_bytes()[:-3])

    with caplog.at_level(logging.WARNING):
        assert store.get(FACTS.document, "m@1") is None
    assert "damaged" in caplog.text


def test_an_entry_of_the_version_before_is_read(tmp_path):
    store = ExtractionStore(tmp_path)
    entry_of(store, compressed(json.dumps(FACTS.to_dict(), separators=(",", ":")).encode()))

    assert store.get(FACTS.document, "m@1") == FACTS
    assert list(store) == [FACTS]


def test_other_programs_can_unpack_an_entry(tmp_path):
    """The sum is in a frame that readers of zstd skip."""
    store = ExtractionStore(tmp_path)
    store.put(FACTS)
    (path,) = store.traces("a")

    with path.open("rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
        assert json.loads(reader.read()) == FACTS.to_dict()


DEEP = {
    "a list in a list": b"[" * 50_000,
    "an object in an object": b'{"a":' * 50_000,
    "within a document": b'{"document":' + b"[" * 50_000,
}


@pytest.mark.parametrize("data", DEEP.values(), ids=DEEP)
@pytest.mark.parametrize("packed", [compressed, summed])
def test_an_entry_nested_too_deeply_is_missing(tmp_path, caplog, packed, data):
    store = ExtractionStore(tmp_path)
    entry_of(store, packed(data))

    assert is_missing(store)
    assert "nested too deeply" in caplog.text


@pytest.mark.parametrize("packed", [compressed, summed])
def test_an_entry_that_unpacks_to_much_takes_no_memory(tmp_path, packed):
    """600 MB of spaces are 18 kB packed."""
    store = ExtractionStore(tmp_path)
    entry_of(store, packed(b" " * 600_000_000))

    with at_most_mb(10):
        assert is_missing(store)


def test_a_frame_that_does_not_say_its_size_is_missing(tmp_path):
    store = ExtractionStore(tmp_path)
    stream = zstandard.ZstdCompressor().compressobj()
    entry_of(store, stream.compress(b" " * 9_000_000) + stream.flush())

    with at_most_mb(10):
        assert is_missing(store)


def test_a_huge_file_is_not_read(tmp_path):
    store = ExtractionStore(tmp_path)
    os.truncate(entry_of(store, b""), 10**12)

    assert is_missing(store)


def test_a_pipe_in_the_place_of_an_entry_is_missing(tmp_path):
    """Nobody writes into it, and reading it would never end."""
    store = ExtractionStore(tmp_path)
    path = entry_of(store, b"")
    path.unlink()
    os.mkfifo(path)

    assert is_missing(store)
    store.put(FACTS)
    assert list(store) == [FACTS]


WRONG: dict[str, Callable[[dict], object]] = {
    "a span of halves": lambda data: data["chunks"][0].__setitem__(0, 0.0),
    "a span of nan": lambda data: data["entities"][0]["mentions"][0].__setitem__(1, float("nan")),
    "a mention beyond the text": lambda data: data["entities"][1]["mentions"][0].__setitem__(1, 99),
    "evidence beyond the text": lambda data: data["relations"][0]["evidence"][0].__setitem__(1, 99),
    "an entity counted from the end": lambda data: data["relations"][0].update(subject=-2),
    "an entity called true": lambda data: data["relations"][0].update(object=True),
    "a confidence of nan": lambda data: data["relations"][0]["evidence"][0].__setitem__(
        2, float("nan")
    ),
    "a confidence of 10^400": lambda data: data["entities"][0]["mentions"][0].__setitem__(
        2, 10**400
    ),
    "a type that is a number": lambda data: data["relations"][0].update(type=7),
    "a title that is null": lambda data: data["document"].update(title=None),
    "another extractor": lambda data: data.update(extractor="m@2"),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_an_entry_that_contradicts_itself_is_missing(tmp_path, change):
    store = ExtractionStore(tmp_path)
    data = FACTS.to_dict()
    change(data)
    entry_of(store, summed(json.dumps(data).encode()))

    assert store.get(FACTS.document, "m@1") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def changed_data(draw: st.DrawFn) -> bytes:
    """An extraction as JSON, one of whose values is another one."""
    data = FACTS.to_dict()
    place = data
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if not (isinstance(place[key], (dict, list)) and place[key]) or draw(st.booleans()):
            break
        place = place[key]
    place[key] = draw(json_values)
    return summed(json.dumps(data).encode())


@st.composite
def changed_bytes(draw: st.DrawFn) -> bytes:
    """An entry with a piece of other bytes in it."""
    content = draw(st.sampled_from([compressed, summed]))(json.dumps(FACTS.to_dict()).encode())
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 9)))
    return content[:start] + draw(st.binary(max_size=9)) + content[end:]


@given(
    content=st.binary()
    | st.binary().map(compressed)
    | st.binary().map(summed)
    | json_values.map(lambda value: summed(json.dumps(value).encode()))
    | changed_data()
    | changed_bytes()
)
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_bytes_in_an_entry_are_an_extraction_or_missing(tmp_path, content):
    """Whatever is in a file of the store, nothing is raised and nothing impossible comes out."""
    store = ExtractionStore(tmp_path)
    entry_of(store, content)

    said = store.get(FACTS.document, "m@1")

    assert said is None or (said.document, said.extractor) == (FACTS.document, "m@1")
    for kept in store:
        assert isinstance(kept, Extraction)
        assert extraction_from_dict(json.loads(json.dumps(kept.to_dict()))) == kept
    store.put(FACTS)
    assert store.get(FACTS.document, "m@1") == FACTS


def modes(folder: Path) -> set[str]:
    return {f"{path.stat().st_mode & 0o777:o}" for path in [folder, *folder.rglob("*")]}


def test_nobody_else_can_read_what_is_kept(tmp_path):
    """Entries hold the documents. An older store, which others could read, is closed as well."""
    before = os.umask(0)
    try:
        (tmp_path / "old").mkdir(mode=0o755)
        for folder in (tmp_path / "new", tmp_path / "old"):
            ExtractionStore(folder).put(FACTS)
    finally:
        os.umask(before)

    assert modes(tmp_path / "new") == modes(tmp_path / "old") == {"700", "600"}


def test_an_entry_that_cannot_be_written_leaves_nothing(tmp_path):
    store = ExtractionStore(tmp_path)
    store.put(FACTS)
    (path,) = store.traces("a")
    path.unlink()
    path.mkdir()  # nothing can take the place of a folder

    with pytest.raises(OSError, match="directory"):
        store.put(FACTS)
    assert store.traces("a") == [path]


def test_discard_forgets_every_version_of_one_document(tmp_path):
    store = ExtractionStore(tmp_path)
    store.put(FACTS)
    store.put(replace(FACTS, extractor="m@2"))
    store.put(extraction("Bo", id="b"))

    assert store.discard("a") == 2
    assert [kept.document.id for kept in store] == ["b"]


def test_discard_takes_what_a_killed_writer_left(tmp_path):
    """A whole text may stand in it, under a name that no reader looks for."""
    store = ExtractionStore(tmp_path)
    for each in (FACTS, extraction("Bo", id="b")):
        store.put(each)
        (path,) = store.traces(each.document.id)
        path.rename(path.with_name(f".{path.name}.4711"))
    assert len(store) == 0

    assert store.discard("a") == 1
    assert (store.traces("a"), len(store.traces("b"))) == ([], 1)


def test_drop_forgets_one_version_alone(tmp_path):
    store = ExtractionStore(tmp_path)
    newer = replace(FACTS, extractor="m@2")
    store.put(FACTS)
    store.put(newer)

    store.drop(StoreEntry.of(FACTS))

    assert list(store) == [newer]


def test_lone_surrogates_survive(tmp_path):
    store = ExtractionStore(tmp_path)
    odd = replace(FACTS, document=Document(id="\ud800", text=FACTS.document.text, title="\udfff"))
    store.put(odd)

    assert store.get(odd.document, "m@1") == odd
