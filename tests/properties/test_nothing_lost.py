"""Promise 5: nothing is lost silently, whatever lies in the folder."""

import shutil
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.store import ExtractionStore
from flows.night.account import Account
from flows.night.holding import new_run
from flows.night.notes import RebuildNotes
from flows.night.order import run_night
from flows.night.rejections import RejectionNotes
from flows.night.request import Request
from flows.night.steps import Tools
from flows.sources import Folder
from flows.sources.formats import decoded
from graphdb.rules import RuleSet
from tests.flows.rule_of_thumb import RuleOfThumbExtractor

file_names = st.builds(
    "{}{}".format,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), max_size=20)
    .filter(lambda name: not name.startswith("."))
    .map(lambda name: name or "x"),
    st.sampled_from([".txt", ".md", ".TXT"]),
)
contents = st.one_of(
    st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(max_size=20),
    st.sampled_from([b"", b" \n", b"BUG", b"UNREADABLE", b"x" * 2000, b"\xef\xbb\xbfAda."]),
    st.sampled_from([b"Ada works for Acme.", b"Acme is based in Ghent. Bob knows Ada."]),
)


def readable(content: bytes) -> str | None:
    """Return the text that must be in the graph, or nothing if it must be set aside."""
    try:
        text = decoded(content)
    except ValueError:
        return None
    is_refused = "BUG" in text or "UNREADABLE" in text or len(content) > 1000
    return text if text.strip() and not is_refused else None


def tools(graph, home):
    return Tools(
        graph=graph,
        store=ExtractionStore(home / "extractions"),
        extractor=RuleOfThumbExtractor(),
        notes=RebuildNotes(home / "rebuild.json"),
        rejections=RejectionNotes(home / "rejected.json"),
        rules=RuleSet.of((), graph.ontology),
        max_vanished=0.1,
        shard_documents=2,
        max_document_bytes=1000,
    )


@pytest.fixture
def texts(driver):
    """Read the text of each document from its chunks."""
    query = (
        "MATCH (d:Document)-[:HAS_CHUNK]->(c) WITH * ORDER BY c.index RETURN d.id, collect(c.text)"
    )

    def read() -> dict[str, str]:
        with driver.session() as session:
            return {id_: "".join(chunks) for id_, chunks in session.run(query)}

    return read


@settings(max_examples=30)
@given(st.dictionaries(file_names, contents, max_size=6))
def test_listed_is_upserted_or_unchanged_or_set_aside_with_a_reason(graph, texts, tmp_path, files):
    """Every file is in the graph with every character of its text, or the report says why not."""
    folder = tmp_path / "notes"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)

    report = run_night(
        Request(documents=Folder(name="notes", path=folder), allow_vanished=True),
        tools(graph, tmp_path),
    )

    wanted = {f"notes/{name}": readable(content) for name, content in files.items()}
    aside = {each.document for each in report.set_aside}
    assert aside == {id_ for id_, text in wanted.items() if text is None}
    assert all(each.reason for each in report.set_aside)
    n_vanished = report.account.vanished
    assert report.account.adds_up
    assert report.n_listed - n_vanished == len(files)
    found = texts()
    assert {id_: found.get(id_) for id_ in wanted.keys() - aside} == {
        id_: text for id_, text in wanted.items() if text is not None
    }
    assert found.keys() <= wanted.keys()
    assert report.violations == ()


GOOD, BAD, FOREIGN = "Ada works for Acme.", "BUG", "foreign"
nights = st.lists(
    st.dictionaries(
        st.sampled_from("abcdef"), st.sampled_from([GOOD, "Bob knows Ada.", BAD, "", FOREIGN])
    ),
    min_size=2,
    max_size=2,
)


@settings(max_examples=8)
@given(nights)
def test_every_night_of_any_history_adds_up(graph, tmp_path, nights):
    """Listed = upserted + unchanged + set aside + of other kinds + vanished, as the folders say."""
    folder = tmp_path / "kinds"
    shutil.rmtree(tmp_path / "home", ignore_errors=True)
    # What an example before has left of this source.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    request = Request(documents=Folder(name="kinds", path=folder), allow_vanished=True)
    run_night(request, tools(graph, tmp_path / "home"))
    known: dict[str, str] = {}
    for night in nights:
        shutil.rmtree(folder)
        folder.mkdir()
        for name, text in night.items():
            suffix = ".bin" if text == FOREIGN else ".txt"
            (folder / f"{name}{suffix}").write_text(text)

        report = run_night(replace(request, run=new_run()), tools(graph, tmp_path / "home"))

        good = {name: text for name, text in night.items() if text not in (BAD, "", FOREIGN)}
        aside = {name for name, text in night.items() if text in (BAD, "")}
        gone = {name for name in known if name not in good and name not in aside}
        unchanged = {name for name, text in good.items() if known.get(name) == text}
        n_foreign = sum(text == FOREIGN for text in night.values())
        assert report.account == Account(
            listed=len(night) + len(gone),
            upserted=len(good) - len(unchanged),
            unchanged=len(unchanged),
            set_aside=len(aside),
            other_kinds=n_foreign,
            vanished=len(gone),
        )
        assert report.account.adds_up
        assert report.violations == ()
        known = {name: text for name, text in known.items() if name not in gone} | good
        noted = RejectionNotes(tmp_path / "home" / "rejected.json").read()
        assert {each.document for each in noted.documents} == {f"kinds/{n}.txt" for n in aside}
        assert noted.sources["kinds"].account == report.account
