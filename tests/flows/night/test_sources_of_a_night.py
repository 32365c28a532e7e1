"""What a night says of its source: kinds and languages that are not read, one file, several."""

from dataclasses import replace

import pytest

from flows.night import LanguagePolicy, Request, run_night, run_nights
from flows.night.progress import Progress
from flows.sources import Folder

CHINESE = "李明在清华大学任教，他出生于上海。北京是中国的首都，也是一座历史名城。"


@pytest.fixture
def english(tools):
    """Tools whose model reads English."""
    return replace(tools, languages=LanguagePolicy(model="general", languages=("en",)))


def test_files_of_other_kinds_are_counted_by_suffix_every_night(night, folder):
    (folder / "a.txt").write_text("Ada works for Acme.")
    for name in ("b.png", "c.PNG", "d.wav", "Makefile"):
        (folder / name).write_text("")

    night()
    report = night()

    sentence = "4 files of other kinds not read: .png 2, .wav 1, no suffix 1"
    assert sentence in report.notes
    assert sentence in report.to_markdown().replace("\\", "")
    assert report.to_dict()["not_read"] == {".png": 2, ".wav": 1, "no suffix": 1}
    assert report.set_aside == ()


def test_rules_queries_and_settings_beside_documents_are_called_what_they_are(night, folder):
    (folder / "a.txt").write_text("Ada works for Acme.")
    for name in ("mine.cypher", "other.cypher", "ontology.toml", "b.png"):
        (folder / name).write_text("")

    notes = night().notes

    assert "rules, queries and settings, which are no documents: .cypher 2, .toml 1" in notes
    assert "1 file of other kinds not read: .png 1" in notes


def test_document_in_another_language_is_read_and_reported_every_night(folder, english, driver):
    (folder / "a.txt").write_text(f"Ada works for Acme. {CHINESE}")
    (folder / "b.txt").write_text(CHINESE)
    (folder / "c.txt").write_text("Bob works for Acme.")

    reports = [
        run_night(Request(documents=Folder(name="notes", path=folder)), english) for _ in range(2)
    ]

    assert [report.n_upserted for report in reports] == [3, 0]
    for report in reports:
        assert report.language_notes == ("2 documents look Chinese; general reads English",)
        assert report.set_aside == ()
    with driver.session() as session:
        query = "MATCH (d:Document) RETURN d.id, d.language ORDER BY d.id"
        assert [tuple(record) for record in session.run(query)] == [
            ("notes/a.txt", "zh"),
            ("notes/b.txt", "zh"),
            ("notes/c.txt", None),
        ]


def test_document_in_another_language_is_set_aside_where_that_is_wanted(folder, english, triples):
    (folder / "a.txt").write_text(f"Ada works for Acme. {CHINESE}")
    (folder / "b.txt").write_text("Bob works for Acme.")
    policy = replace(english.languages, sets_aside=True)

    report = run_night(
        Request(documents=Folder(name="notes", path=folder)), replace(english, languages=policy)
    )

    assert triples() == {("Bob", "WORKS_FOR", "Acme")}
    assert [str(aside) for aside in report.set_aside] == [
        "notes/a.txt looks Chinese, and general reads English: take a model that reads it, or set "
        "NIGHTLOOM_OTHER_LANGUAGES=read"
    ]


def test_model_of_unknown_languages_reads_all_and_says_nothing(night, folder):
    (folder / "b.txt").write_text(CHINESE)

    assert night().notes == []


def test_one_file_is_read_and_the_others_stay(night, folder, tools, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "b.txt").write_text("Bob works for Acme.")
    night()
    (folder / "a.txt").write_text("Ada works for Bolt.")
    (folder / "b.txt").unlink()

    report = run_night(Request(documents=Folder(name="notes", path=folder), file="a.txt"), tools)

    assert triples() == {("Ada", "WORKS_FOR", "Bolt"), ("Bob", "WORKS_FOR", "Acme")}
    assert (report.n_changed, report.n_retracted) == (1, 0)


def test_source_that_fails_does_not_stop_the_others(folder, tools, tmp_path, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    sources = [Folder(name="gone", path=tmp_path / "gone"), Folder(name="notes", path=folder)]
    begun = []

    nights = run_nights(
        [Request(documents=source) for source in sources], tools, lambda *said: begun.append(said)
    )

    assert triples() == {("Ada", "WORKS_FOR", "Acme")}
    assert begun == [("gone", 0, 2), ("notes", 1, 2)]
    assert [report.source for report in nights.reports] == ["notes"]
    assert nights.failures[0].source == "gone"
    assert "there is no folder" in nights.title
    assert nights.to_markdown().startswith("# Failed")


def test_run_that_holds_the_graph_ends_all_of_it(folder, tools, graph):
    (folder / "a.txt").write_text("Ada works for Acme.")
    sources = [Folder(name=name, path=folder) for name in ("one", "two")]
    requests = [Request(documents=source, run=source.name) for source in sources]

    with graph.lease(holder="somebody else", run="first"):
        nights = run_nights(requests, replace(tools, watch=Progress()), lambda *said: None)

    assert nights.ended_early.startswith("Stepped aside: ")
    assert (nights.reports, nights.failures) == ((), ())


def test_converted_document_is_not_converted_again_and_moves_on_with_its_bytes(
    night, folder, graph
):
    """What the graph has of the bytes decides; a new byte order mark is no new text."""
    (folder / "a.txt").write_bytes(b"Ada works for Acme.")
    night()
    before = graph.ledger("notes")["notes/a.txt"]
    (folder / "a.txt").write_bytes(b"\xef\xbb\xbfAda works for Acme.")

    report = night()

    after = graph.ledger("notes")["notes/a.txt"]
    assert (report.n_changed, report.n_extracted) == (1, 0)
    assert (before.sha256, before.format) == (after.sha256, "text/3")
    assert before.raw_sha256 != after.raw_sha256
    assert night().n_unchanged == 1
