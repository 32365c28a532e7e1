"""Nights with a reader of somebody else's: the example of docs/readers.md, and readers that err."""

import json
import multiprocessing
import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from extractors.errors import DocumentRejectedError, ReaderError
from extractors.facts import Chunk, Document, Entity, Extraction, Mention, Span
from extractors.readers import Draft, PluggedReader, ReaderSetup
from extractors.readers.plugged import Origin
from flows.errors import ModelError
from flows.night import Request, run_night
from flows.setting_groups import ExtractorSettings, GraphSettings
from flows.settings import Settings
from flows.sources import Folder
from flows.tools import open_tools, run_step, site_of

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/readers.md").read_text("utf-8")
ORIGIN = Origin(name="wild", module="wild", factory="Wild")


@pytest.fixture
def births(tmp_path) -> Path:
    """The readers that the page shows, each in the file that its first line names."""
    for example in re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        (tmp_path / example.splitlines()[0].removeprefix("# ")).write_text(example)
    return tmp_path / "births.py"


@pytest.fixture
def nightloom(server, tmp_path):
    """Run a command as an operator would who has set a reader."""
    others = {name: value for name, value in os.environ.items() if "NIGHTLOOM_" not in name}
    environment = others | {
        "NIGHTLOOM_HOME": str(tmp_path / "home"),
        "NIGHTLOOM_ONTOLOGY": str(ROOT / "samples" / "ontology.toml"),
        "NIGHTLOOM_GRAPH__URI": server.uri,
        "NIGHTLOOM_GRAPH__USER": server.user,
        "NIGHTLOOM_GRAPH__PASSWORD": server.password,
        "COLUMNS": "100",
        "PYTHONPATH": str(ROOT),
    }

    def run(model: str, *words: str, code: int = 0, **settings: str) -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "flows", *words],
            cwd=tmp_path,
            env=environment | settings | {"NIGHTLOOM_EXTRACTOR__MODEL": model},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout, done.stderr

    return run


def test_example_of_the_page_reads_a_whole_night_and_explain_cites_the_sentence(
    graph, nightloom, births, folder
):
    sentence = "Ada Lovelace was born in London."
    (folder / "a.txt").write_text(f"She wrote programs. {sentence} London is a town.")
    (folder / "b.txt").write_text("Nothing of that kind stands here.")

    report = json.loads(nightloom("births.py:Births", "ingest", str(folder), "--json")[0])

    assert (report["documents"]["upserted"], report["relations"]) == (2, 1)
    assert report["set_aside"] == report["rejected"] == report["violations"] == []
    explained, _ = nightloom(
        "births.py:Births", "explain", "Ada Lovelace", "PLACE_OF_BIRTH", "London"
    )
    assert f"“{sentence}”" in explained
    assert "notes/a.txt, 0.90" in explained
    again = json.loads(nightloom("births.py:Births", "ingest", str(folder), "--json")[0])
    assert (again["documents"]["unchanged"], again["extracted"]) == (2, 0)


def test_table_of_the_page_states_what_one_sentence_says_and_follows_its_table(
    graph, nightloom, births, folder, triples, tmp_path
):
    (folder / "a.txt").write_text("Ada Lovelace works for Acme. Bob Roe came. Bolt is a firm.")
    (tmp_path / "staff.csv").write_text("Ada Lovelace,Acme\nBob Roe,Bolt\n")
    model = "table.py:Table:staff.csv"

    report = json.loads(nightloom(model, "ingest", str(folder), "--json")[0])
    before = triples()
    (tmp_path / "staff.csv").write_text("Ada Lovelace,Bolt\n")
    changed = json.loads(nightloom(model, "ingest", str(folder), "--json")[0])

    assert before == {("Ada Lovelace", "EMPLOYER", "Acme")}
    (rejected,) = report["rejected"]
    assert "Bob Roe EMPLOYER Bolt is stated nowhere: no sentence mentions both" in rejected
    assert changed["extracted"] == 1
    assert triples() == set()


def test_other_process_reads_with_the_same_reader(graph, births, server, folder, monkeypatch):
    """A shard may be done elsewhere: what travels is the reader's name, not the reader."""
    (folder / "a.txt").write_text("Ada Lovelace was born in London.")
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)
    settings = Settings(
        home=folder.parent / "home",
        ontology=ROOT / "samples" / "ontology.toml",
        graph=GraphSettings(uri=server.uri, user=server.user, password=SecretStr(server.password)),
        extractor=ExtractorSettings(model=f"{births}:Births"),
    )
    spawn = multiprocessing.get_context("spawn")

    with (
        ProcessPoolExecutor(1, mp_context=spawn) as pool,
        open_tools(settings, lambda *_: None) as tools,
    ):

        def call(title, step, order):
            if step == "extract":
                return pool.submit(run_step, step, order, site_of(settings)).result()
            return run_step(step, order, site_of(settings))

        report = run_night(
            Request(documents=Folder(name="notes", path=folder)), replace(tools, call=call)
        )

    assert (report.n_extracted, report.n_relations, report.set_aside) == (1, 1, ())


def test_other_version_of_a_reader_reads_all_again_and_another_comment_does_not(
    graph, nightloom, births, folder
):
    (folder / "a.txt").write_text("Ada Lovelace was born in London.")
    model = f"{births}:Births"
    nightloom(model, "ingest", str(folder))

    births.write_text(f"# a comment\n{births.read_text()}")
    commented = json.loads(nightloom(model, "ingest", str(folder), "--json")[0])
    births.write_text(births.read_text().replace('version = "1"', 'version = "2"'))
    changed = json.loads(nightloom(model, "ingest", str(folder), "--json")[0])

    assert commented["documents"]["unchanged"] == 1
    assert (changed["documents"]["changed"], changed["extracted"]) == (1, 1)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("gone:Births", "there is no module 'gone'"),
        ("births.py:Birth", "did you mean Births?"),
        ("births.py:BORN", "makes no reader: name a function or class"),
        ("other.py:Births", "there is no file other.py"),
        ("births.py:Births:x", "takes no argument"),
        ("nobody", "neither a folder nor one of general"),
    ],
)
def test_reader_that_is_not_there_is_one_sentence_before_anything_is_read(
    nightloom, births, folder, tmp_path, model, said
):
    (folder / "a.txt").write_text("Ada Lovelace was born in London.")

    _, error = nightloom(model, "ingest", str(folder), code=1)

    assert said in " ".join(error.split())
    assert "Traceback" not in error
    assert not (tmp_path / "home").exists()


def test_types_that_the_ontology_does_not_know_are_refused_before_anything_is_read(
    nightloom, births, folder
):
    births.write_text(births.read_text().replace('("PLACE_OF_BIRTH",)', '("BIRTHPLACE",)'))

    _, error = nightloom("births.py:Births", "ingest", str(folder), code=1)

    assert "BIRTHPLACE" in error
    assert "left_out" in error


def test_doctor_knows_a_reader(graph, nightloom, births):
    looked, _ = nightloom("births.py:Births", "doctor")

    assert re.search(r"model\s+Births@[0-9a-f]{12}", looked)


def test_form_of_a_run_has_no_field_that_names_code():
    """Whoever may start a run may not have a module imported: models come from the settings."""
    from flows.nightly import nightly

    assert set(nightly.parameters.properties) == {
        "path",
        "source",
        "name",
        "allow_vanished",
        "max_vanished",
        "device",
    }


class Wild:
    """Answers for each document as its text says, rightly or in one of many wrong ways."""

    version = "1"
    entity_types = ("Person", "Organization")
    relation_types = ("WORKS_FOR",)

    def __init__(self, ahead: int = 1) -> None:
        self._ahead = ahead

    def read(self, documents):
        waiting = []
        for document in documents:
            waiting.append(document)
            if len(waiting) >= self._ahead:
                yield from self._answers(waiting)
                waiting = []
        yield from self._answers(waiting)

    def _answers(self, documents):
        for document in reversed(documents):
            kind = document.text.rpartition(" ")[2]
            yield from ANSWERS.get(kind, right)(document)


def right(document: Document):
    """Give the answer that any document of these tests should have."""
    draft = Draft(document)
    person = draft.entity("Person", (0, 3))
    company = draft.entity("Organization", (14, 18))
    draft.relation(person, "WORKS_FOR", company, (0, 19), confidence=0.9)
    yield draft.extraction()


def with_row(document: Document, row):
    """Give the right answer, and one row that cannot be taken."""
    draft = Draft(document)
    person = draft.entity("Person", (0, 3))
    company = draft.entity("Organization", (14, 18))
    draft.relation(person, "WORKS_FOR", company, (0, 19), confidence=0.9)
    row(draft, person, company)
    yield draft.extraction()


def forced(document: Document, **changed):
    """Give an extraction past its own checks, as wild code can."""
    (extraction,) = right(document)
    for name, value in changed.items():
        object.__setattr__(extraction, name, value)
    yield extraction


def fails(document: Document, error: Exception | None = None):
    raise error or KeyError("lost")
    yield


class SpeechlessError(Exception):
    """Cannot say what it is."""

    def __str__(self):
        raise RuntimeError("nor this")


def entity_of(**changed) -> Entity:
    entity = Entity("Person", "Ada", (Mention(Span(0, 3), "Ada"),))
    for name, value in changed.items():
        object.__setattr__(entity, name, value)
    return entity


NAN = float("nan")
SET_ASIDE = {
    "raises": fails,
    "exits": lambda document: sys.exit("done"),
    "speaks-badly": lambda document: fails(document, ValueError("half \ud800 of\na pair \x1b[31m")),
    "speaks-not": lambda document: fails(document, SpeechlessError()),
    "nothing": lambda document: (),
    "refuses": lambda document: [DocumentRejectedError(document.id, "is too hard")],
    "other-text": lambda document: right(replace(document, text="Ada works for Acme, Ltd.")),
    "wrong-mention": lambda document: [
        Extraction(
            document=document,
            chunks=(Chunk(0, Span(0, len(document.text))),),
            entities=(Entity("Person", "Eve", (Mention(Span(0, 3), "Eve"),)),),
        )
    ],
    "beyond": lambda document: forced(
        document, entities=(entity_of(mentions=(Mention(Span(900, 903), "Ada"),)),)
    ),
    "no-chunks": lambda document: forced(document, chunks=()),
    "no-tuple": lambda document: forced(document, entities=3),
    "number-for-type": lambda document: forced(document, entities=(entity_of(type=3),)),
}
REJECTED = {
    "outside": lambda d: with_row(d, lambda draft, *_: draft.entity("Person", (500, 510))),
    "backwards": lambda d: with_row(d, lambda draft, *_: draft.entity("Person", (9, 3))),
    "no-place": lambda d: with_row(d, lambda draft, *_: draft.entity("Person", "ab")),
    "too-sure": lambda d: with_row(
        d, lambda draft, *_: draft.entity("Person", (0, 3), confidence=7)
    ),
    "nan": lambda d: with_row(
        d, lambda draft, a, b: draft.relation(a, "WORKS_FOR", b, (0, 19), confidence=NAN)
    ),
    "unannounced": lambda d: with_row(d, lambda draft, *_: draft.entity("Location", (0, 3))),
    "type-of-half-a-pair": lambda d: with_row(
        d, lambda draft, a, b: draft.relation(a, "\ud800\x1b[31m", b, (0, 19))
    ),
    "unannounced-relation": lambda d: with_row(
        d, lambda draft, a, b: draft.relation(a, "KNOWS", b, (0, 19))
    ),
    "elsewhere": lambda d: with_row(
        d,
        lambda draft, a, _: draft.relation(
            a, "WORKS_FOR", draft.entity("Organization", (20, 24)), (0, 19)
        ),
    ),
    "not-allowed": lambda d: with_row(
        d, lambda draft, a, b: draft.relation(b, "WORKS_FOR", a, (0, 19))
    ),
}
ANSWERS = SET_ASIDE | REJECTED


@settings(max_examples=20)
@given(
    kinds=st.lists(st.sampled_from(["good", *SET_ASIDE, *REJECTED]), max_size=8),
    ahead=st.integers(1, 4),
    shard_documents=st.integers(1, 9),
)
def test_what_is_wrong_with_an_answer_costs_that_answer_alone(
    night, folder, tools, empty, triples, kinds, ahead, shard_documents
):
    """Whatever a reader does, in any order: by name, and every other document is read."""
    empty()
    for path in (*tools.store.folder.rglob("*.zst"), *folder.glob("*.txt")):
        path.unlink()
    for number, kind in enumerate(kinds):
        (folder / f"{number}.txt").write_text(f"Ad{number} works for Acme. This is {kind}")
    plugged = PluggedReader(Wild(ahead), ORIGIN, ReaderSetup())

    report = night(extractor=Reading(plugged), allow_vanished=True, shard_documents=shard_documents)

    aside = {f"notes/{n}.txt" for n, kind in enumerate(kinds) if kind in SET_ASIDE}
    assert {one.document for one in report.set_aside} == aside
    assert all("the reader wild " in one.reason for one in report.set_aside)
    rejected = {n for n, kind in enumerate(kinds) if kind in REJECTED}
    assert {int(re.search(r"notes/(\d+)", row)[1]) for row in report.rejected} == rejected
    taken = {n for n, kind in enumerate(kinds) if kind not in SET_ASIDE}
    assert triples() == {(f"Ad{n}", "WORKS_FOR", "Acme") for n in taken}
    assert report.violations == ()


class Reading:
    """A reader as a night has it."""

    def __init__(self, plugged: PluggedReader) -> None:
        self.fingerprint = plugged.fingerprint
        self.extract = plugged.answers


def twice(document: Document):
    yield from right(document)
    yield from right(document)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda d: right(replace(d, id="notes/other.txt")), "which it was not given"),
        (twice, "twice"),
        (lambda d: [None], "gave a NoneType"),
    ],
)
def test_reader_that_confuses_documents_is_refused_by_name(night, folder, tools, answer, said):
    """Nothing more can be believed of it; what was read before stays."""
    for number in range(4):
        (folder / f"{number}.txt").write_text(f"Ad{number} works for Acme. {'odd' * (number == 3)}")

    class Confused(Wild):
        def _answers(self, documents):
            for document in documents:
                yield from answer(document) if "odd" in document.text else right(document)

    plugged = PluggedReader(Confused(), ORIGIN, ReaderSetup())

    with pytest.raises(ReaderError, match=f"the reader wild .*{said}"):
        night(extractor=Reading(plugged), shard_documents=9)

    assert len(tools.store) >= 3


@pytest.mark.parametrize("asks_first", [True, False])
def test_reader_that_fails_at_everything_stops_the_night(night, folder, asks_first):
    for number in range(4):
        (folder / f"{number}.txt").write_text(f"Ad{number} works for Acme.")

    class Broken(Wild):
        def read(self, documents):
            if asks_first:
                next(iter(documents))
            raise ConnectionError("nobody answers")

    plugged = PluggedReader(Broken(), ORIGIN, ReaderSetup())

    with pytest.raises(ModelError, match="nobody answers"):
        night(extractor=Reading(plugged))


def test_reader_that_knows_its_own_documents_alone_sets_others_aside(night, folder):
    """A table knows no plain sentence; what it has read before shows that it is not broken."""
    for number in range(4):
        (folder / f"{number}.txt").write_text(f"Ad{number} works for Acme.")

    class Table(Wild):
        def _answers(self, documents):
            for document in documents:
                known = {f"notes/{number}.txt": right for number in (0, 1, 3)}
                yield from known[document.id](document)

    plugged = PluggedReader(Table(), ORIGIN, ReaderSetup())

    report = night(extractor=Reading(plugged), shard_documents=9)

    assert [one.document for one in report.set_aside] == ["notes/2.txt"]
    assert "raised KeyError: 'notes/2.txt'" in report.set_aside[0].reason
    assert report.n_upserted == 3


def test_predict_and_evaluate_take_a_reader_too(nightloom, births, tmp_path):
    text = "Ada Lovelace was born in London."
    (tmp_path / "a.txt").write_text(text)
    case = {"id": "1", "kind": "plain", "text": text, "must": [["Ada Lovelace", "*", "London"]]}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case))
    model = "births.py:Births"

    found = json.loads(nightloom(model, "predict", model, "a.txt", "--json")[0])
    evaluated, _ = nightloom(model, "evaluate", model, "--behaviours", "cases.jsonl", "--json")

    assert [relation["type"] for relation in found["relations"]] == ["PLACE_OF_BIRTH"]
    assert json.loads(evaluated)["behaviours"]["passed"] == 1
