"""Promise 5: nothing is lost silently, whatever lies in the folder."""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.store import ExtractionStore
from flows.night.notes import RebuildNotes
from flows.night.order import Request, run_night
from flows.night.steps import Tools
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
        Request(folder=folder, source="notes", allow_vanished=True),
        Tools(
            graph=graph,
            store=ExtractionStore(tmp_path / "extractions"),
            extractor=RuleOfThumbExtractor(),
            notes=RebuildNotes(tmp_path / "rebuild.json"),
            rules=RuleSet.of((), graph.ontology),
            max_vanished=0.1,
            shard_documents=2,
            max_document_bytes=1000,
        ),
    )

    wanted = {f"notes/{name}": readable(content) for name, content in files.items()}
    aside = {each.document for each in report.set_aside}
    assert aside == {id_ for id_, text in wanted.items() if text is None}
    assert all(each.reason for each in report.set_aside)
    assert report.n_upserted + report.n_unchanged + len(report.set_aside) == len(files)
    found = texts()
    assert {id_: found.get(id_) for id_ in wanted.keys() - aside} == {
        id_: text for id_, text in wanted.items() if text is not None
    }
    assert found.keys() <= wanted.keys()
    assert report.violations == ()
