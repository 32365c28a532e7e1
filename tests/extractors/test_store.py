"""The store gives back what was put, and counts damage as missing."""

import logging
from dataclasses import replace

from extractors.facts import Document
from extractors.store import ExtractionStore
from tests.strategies import extraction

FACTS = extraction(("Ada", "WORKS_FOR", "Acme"), id="a", extractor="m@1")


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

    store.drop(FACTS)

    assert list(store) == [newer]


def test_lone_surrogates_survive(tmp_path):
    store = ExtractionStore(tmp_path)
    odd = replace(FACTS, document=Document(id="\ud800", text=FACTS.document.text, title="\udfff"))
    store.put(odd)

    assert store.get(odd.document, "m@1") == odd
