"""Facts are judged from the command line, what is wrong goes, and a model can learn from it."""

import io
import json
import sys
from pathlib import Path

import pytest

from extractors.corpora import read_corpus
from tests.flows.cli.test_commands import nightloom  # noqa: F401 - a fixture
from tests.strategies import extraction

ROOT = Path(__file__).parents[3]


@pytest.fixture
def documents(graph, monkeypatch):
    """Two documents that are more and less certain of what they state."""
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(ROOT / "tests" / "ontology.toml"))
    graph.upsert(
        [
            extraction(
                ("Ada", "WORKS_FOR", "Acme", 0.9),
                ("Bob", "WORKS_FOR", "Acme", 0.2),
                id="a",
                chunk_sentences=2,
            ),
            extraction(("Acme", "BASED_IN", "Ghent", 0.5), id="b"),
        ]
    )


def test_facts_are_judged_with_one_key_each_the_least_certain_first(
    nightloom, documents, reader, monkeypatch  # noqa: F811
):  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO("x w s r"))
    judged = nightloom("review", "facts")

    said = " ".join(judged.out.split())
    assert said.index("Bob works for Acme") < said.index("Acme based in Ghent")
    assert "Bob WORKS_FOR Acme is wrong" in said
    assert "Ada WORKS_FOR Acme is right" in said
    assert ("Bob", "WORKS_FOR", "Acme") not in reader.triples()
    assert ("Ada", "WORKS_FOR", "Acme") in reader.triples()
    asked_again = nightloom("review", "facts").out
    assert "Bob works for" not in asked_again
    assert "Acme based in Ghent" in " ".join(asked_again.split())


def test_script_reads_what_was_asked_and_what_was_answered(
    nightloom, documents, monkeypatch  # noqa: F811
):  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    listed = nightloom("review", "facts", "--json")
    monkeypatch.setattr(sys, "stdin", io.StringIO("w"))
    judged = nightloom("review", "facts", "--limit", "1", "--json")
    (said,) = map(json.loads, nightloom("decisions", "--json").out.splitlines())
    monkeypatch.setattr(sys.stdin, "read", interrupted)
    stopped = nightloom("review", "facts", "--json")

    asked = listed.json["review"]
    assert [(fact["subject"], fact["confidence"]) for fact in asked][:2] == [
        ("Bob", 0.2),
        ("Acme", 0.5),
    ]
    assert asked[0]["cited"][0][0]["document_id"] == "a"
    assert listed.json["made"] == listed.json["refused"] == []
    assert "1: is this so?" in listed.err
    assert judged.json == {"review": asked[:1], "made": [said], "refused": []}
    assert stopped.code == 130
    assert "what was answered stays" in stopped.json["error"]


def interrupted(n: int) -> str:
    raise KeyboardInterrupt


def test_verdicts_are_kept_brought_back_and_undone(
    nightloom, documents, reader, monkeypatch, tmp_path  # noqa: F811
):  # fmt: skip
    monkeypatch.setattr(sys, "stdin", io.StringIO("w"))
    nightloom("review", "facts", "--limit", "1")
    kept = nightloom("decisions", "--json").out
    (tmp_path / "kept.jsonl").write_text(kept)
    listed = nightloom("decisions").out
    key = next(line.split()[1] for line in listed.splitlines() if "is wrong" in line)
    assert json.loads(kept)["key"].startswith(key)

    undone = nightloom("decisions", "--undo", key)
    assert "no longer: Bob WORKS_FOR Acme is wrong" in undone.err
    assert ("Bob", "WORKS_FOR", "Acme") in reader.triples()
    assert nightloom("decisions", "--undo", key).code == 1

    nightloom("decisions", "--from", tmp_path / "kept.jsonl")
    assert ("Bob", "WORKS_FOR", "Acme") not in reader.triples()


def test_what_was_said_can_be_learned_from(
    nightloom, documents, monkeypatch, tmp_path  # noqa: F811
):  # fmt: skip
    assert nightloom("review", "facts", "--export", tmp_path / "none.jsonl").code == 1
    monkeypatch.setattr(sys, "stdin", io.StringIO("w r"))
    nightloom("review", "facts", "--limit", "2")
    exported = nightloom("review", "facts", "--export", tmp_path / "lessons.jsonl", "--json")

    assert exported.json == {"out": str(tmp_path / "lessons.jsonl"), "passages": 2}
    lines = [json.loads(line) for line in (tmp_path / "lessons.jsonl").read_text().splitlines()]
    assert {tuple(line["asked"]) for line in lines} == {("WORKS_FOR",), ("BASED_IN",)}
    (work,) = [line for line in lines if line["asked"] == ["WORKS_FOR"]]
    ends = [
        tuple(
            work["text"][slice(*work["entities"][relation[end]]["mentions"][0])]
            for end in ("subject", "object")
        )
        for relation in work["relations"]
    ]
    assert ends == [("Ada", "Acme")]
    assert len(list(read_corpus(tmp_path / "lessons.jsonl"))) == 2


@pytest.mark.parametrize("words", [("review", "rumours"), ("review", "--export", "x")])
def test_what_cannot_be_reviewed_is_refused_in_a_sentence(nightloom, documents, words):  # noqa: F811
    said = nightloom(*words)

    assert said.code == 1
    assert said.err.count("\n") == 1
