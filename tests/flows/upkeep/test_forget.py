"""What is forgotten is nowhere: not under an older name, not half-written, not in a report."""

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from extractors import ExtractionStore
from flows.errors import ServiceError, SourceError
from flows.night.report import Report
from flows.sources import SetAside
from flows.upkeep import scrubbing
from flows.upkeep.citing import files_citing
from flows.upkeep.elsewhere import OtherPrefect
from flows.upkeep.forget import forget

MINE, OTHER = "Ada works for Acme.", "Bob works for Acme."


def texts(store) -> set[tuple[str, str]]:
    """Return which texts are kept under which ids."""
    return {(each.document.id, each.document.text) for each in store}


def test_renamed_document_goes_under_its_old_names_too(night, folder, tools, tmp_path):
    """Renamed, edited, renamed again: the store kept each text under the id it had then."""
    (folder / "a.txt").write_text("Ada works for Bolt.")
    (folder / "other.txt").write_text(OTHER)
    night()
    (folder / "a.txt").rename(folder / "b.txt")
    night()
    (folder / "b.txt").write_text(MINE)
    night()
    (folder / "b.txt").rename(folder / "c.txt")
    night()
    assert len(tools.store) == 5

    erasure = forget("notes/c.txt", tools, tmp_path)

    assert texts(tools.store) == {("notes/other.txt", OTHER)}
    assert (erasure.n_extractions, erasure.is_complete) == (4, True)


def test_copy_of_a_forgotten_document_stays_as_long_as_somebody_has_it(
    night, folder, tools, tmp_path
):
    """The graph holds it by another id; that it once held it by a third is nobody's any more."""
    for name in "abc":
        (folder / f"{name}.txt").write_text(MINE)
    night()
    (folder / "c.txt").write_text(OTHER)
    night()

    erasure = forget("notes/a.txt", tools, tmp_path)

    assert texts(tools.store) == {("notes/b.txt", MINE), ("notes/c.txt", OTHER)}
    assert (erasure.n_extractions, erasure.is_complete) == (2, True)


def test_entry_that_a_killed_night_left_half_written_goes(night, folder, tools, tmp_path):
    (folder / "a.txt").write_text(MINE)
    night()
    (path,) = tools.store.traces("notes/a.txt")
    left = path.with_name(f".{path.name}.4711")
    left.write_bytes(path.read_bytes()[:-3])

    erasure = forget("notes/a.txt", tools, tmp_path)

    assert not left.exists()
    assert (erasure.n_extractions, erasure.is_complete) == (2, True)


def test_entry_that_cannot_be_removed_is_in_the_receipt(night, folder, tools, tmp_path):
    """A damaged one too: it is found by its name, whether or not it can be read."""
    (folder / "a.txt").write_text(MINE)
    night()
    (path,) = tools.store.traces("notes/a.txt")
    path.write_bytes(b"damaged")
    tools.store.discard = lambda document_id: 1

    erasure = forget("notes/a.txt", tools, tmp_path)

    assert erasure.citing_extractions == (str(path),)
    assert not erasure.is_complete


def test_killed_rebuild_brings_nothing_back_that_was_forgotten(night, folder, tools, tmp_path):
    (folder / "a.txt").write_text(MINE)
    night()
    tools.notes.write(tools.graph.ledger("notes"))
    tools.graph.retract("notes/a.txt")

    erasure = forget("notes/a.txt", tools, tmp_path)

    assert erasure.is_complete
    assert not tools.notes.path.exists()


class CountingStore(ExtractionStore):
    """Counts how often all of it is read."""

    n_read = 0

    def __iter__(self):
        self.n_read += 1
        return super().__iter__()


def test_store_is_read_to_find_the_copies_and_again_to_prove_that_they_are_gone(
    night, folder, tools, tmp_path
):
    """And no third time: a store of a large graph takes minutes to read."""
    (folder / "a.txt").write_text(MINE)
    (folder / "b.txt").write_text(MINE)
    night()
    (folder / "b.txt").write_text(OTHER)
    night()
    store = CountingStore(tools.store.folder)

    erasure = forget("notes/a.txt", replace(tools, store=store), tmp_path)

    assert (erasure.n_extractions, erasure.is_complete) == (2, True)
    assert store.n_read == 2


def test_nothing_is_erased_where_another_prefect_does_not_answer(night, folder, tools, tmp_path):
    (folder / "a.txt").write_text(MINE)
    night()
    down = {PREFECT_API_URL: "http://127.0.0.1:1/api"}

    with (
        temporary_settings(updates=down),
        pytest.raises(ServiceError, match="does not answer"),
    ):
        forget("notes/a.txt", tools, tmp_path, other=OtherPrefect())

    assert texts(tools.store) == {("notes/a.txt", MINE)}
    assert set(tools.graph.ledger("notes")) == {"notes/a.txt"}


def test_what_was_interrupted_is_done_by_forgetting_again(
    night, folder, tools, tmp_path, monkeypatch
):
    """The document itself is gone by then, and its id stands where somebody was reading."""
    (folder / "a.txt").write_text(MINE)
    night()
    log = tmp_path / "up.log"
    log.write_text("notes/a.txt was read\n")
    database = tmp_path / "prefect" / "prefect.db"
    database.parent.mkdir()
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("CREATE TABLE log (message)")
        reader.execute("INSERT INTO log VALUES ('notes/a.txt was read')")
        monkeypatch.setattr(scrubbing, "PATIENCE_S", 0.2)
        reader.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ServiceError, match="run forget again"):
            forget("notes/a.txt", tools, tmp_path)
        reader.execute("ROLLBACK")

    erasure = forget("notes/a.txt", tools, tmp_path)

    assert erasure.is_complete
    assert not list(files_citing("notes/a.txt", tmp_path))
    with pytest.raises(SourceError):
        forget("notes/a.txt", tools, tmp_path)


def test_unknown_document_is_an_error(tools, tmp_path, graph):
    with pytest.raises(SourceError, match="there is no document notes/nothing"):
        forget("notes/nothing", tools, tmp_path)


@pytest.mark.parametrize("written", ["plain", "markdown", "json", "json of markdown"])
@pytest.mark.parametrize("id_", ["notes/a_b*[1]#é.txt", 'notes/it\'s "odd"\nnamed.txt', "n/a.txt"])
def test_id_is_found_in_each_form_in_which_it_is_written(id_, written, tmp_path):
    """Prefect keeps a night's report as JSON in its database, the report is Markdown."""
    aside = (SetAside(id_, "is bad"),)
    report = Report(run="r", source="n", started_at=datetime.now(UTC), set_aside=aside)
    markdown = report.to_markdown()
    content = {
        "plain": f"document {id_} made the extractor fail",
        "markdown": markdown,
        "json": json.dumps(report.to_dict()),
        "json of markdown": json.dumps(markdown, ensure_ascii=False),
    }[written]
    (tmp_path / "prefect.db").write_text(content, "utf-8")
    (tmp_path / "innocent.log").write_text("notes/another.txt")

    assert list(files_citing(id_, tmp_path)) == [tmp_path / "prefect.db"]


def test_file_that_goes_while_it_is_searched_cites_nothing(tmp_path, monkeypatch):
    """Servers rotate their logs whenever they like."""
    (tmp_path / "kept.log").write_text("notes/a.txt")
    gone = tmp_path / "gone.log"
    listed = [gone, tmp_path / "kept.log"]
    monkeypatch.setattr(sys.modules[files_citing.__module__], "_files", lambda home: listed)
    monkeypatch.setattr(Path, "is_file", lambda path: True)

    assert list(files_citing("notes/a.txt", tmp_path)) == [tmp_path / "kept.log"]
