"""`models …`: a model is brought along, compared, promoted and rolled back as a person would."""

import json
from pathlib import Path

import pytest

from extractors.checkpoints import save
from flows.extractor import named_extractor
from flows.settings import load_settings
from graphdb import Ontology
from tests.extractors.tiny import tiny_checkpoint, tiny_encoder

TYPES = """
[entities.Person]
[entities.Organization]
[entities.Location]
[relations.BORN_IN]
[relations.WORKS_FOR]
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> str:
    """A model in a folder, with the types of the ontology below."""
    folder = tmp_path_factory.mktemp("model")
    save(tiny_checkpoint(tiny_encoder(folder / "encoder")), folder / "press")
    return str(folder / "press")


READER = """
from extractors.readers import Draft

class Reader:
    version = "1"
    entity_types = ("Person", "Organization")
    relation_types = ("WORKS_FOR",)
    verb = "{verb}"

    def read(self, documents):
        for document in documents:
            draft = Draft(document)
            words = document.text.strip(".").split()
            if self.verb in document.text:
                ends = [
                    draft.entity(type_, (at, at + len(word)))
                    for type_, word in (("Person", words[0]), ("Organization", words[-1]))
                    for at in [document.text.index(word)]
                ]
                draft.relation(ends[0], "WORKS_FOR", ends[1], (0, len(document.text)))
            yield draft.extraction()
"""


@pytest.fixture
def nightloom(nightloom):
    """Run the command in a folder with an ontology, two notes and two readers."""
    Path("ontology.toml").write_text(TYPES)
    Path("notes").mkdir()
    Path("notes/a.txt").write_text("Ada works for Acme.")
    Path("notes/b.txt").write_text("Bob left Acme.")
    for verb in ("works", "left"):
        Path(f"{verb}.py").write_text(READER.format(verb=verb))
    return nightloom


def fingerprint() -> str:
    settings = load_settings()
    ontology = Ontology.load(settings.ontology_path)
    return named_extractor(settings, ontology, lambda *_: None).fingerprint


def test_readers_are_compared_by_the_facts_they_state(nightloom):
    code, out, _ = nightloom(
        "models", "compare", "works.py:Reader", "left.py:Reader", "--on", "notes", "--json"
    )

    assert code == 0
    said = json.loads(out)
    assert said["documents"] == 2
    assert said["types"] == {"WORKS_FOR": {"added": 1, "removed": 1, "reweighed": 0, "kept": 0}}
    kinds = {change["kind"]: change["after"] or change["before"] for change in said["changes"]}
    assert kinds["added"]["subject"] == "Bob"
    assert kinds["removed"]["cited"] == ["Ada works for Acme."]


def test_comparison_shows_the_sentences(nightloom):
    code, out, _ = nightloom(
        "models", "compare", "works.py:Reader", "left.py:Reader", "--on", "notes"
    )

    assert code == 0
    assert "Would come" in out
    assert "Bob left Acme." in out
    assert "Would go" in out


def test_model_is_added_promoted_and_rolled_back(nightloom, trained):
    shipped = fingerprint()
    _, added, _ = nightloom("models", "add", trained, "--name", "press-2", "--json")
    assert [model["name"] for model in json.loads(added)["models"]] == ["press-2"]
    assert json.loads(added)["aliases"]["candidate"] == "press-2"
    assert fingerprint() == shipped, "a candidate reads nothing"

    words = ("models", "promote", "candidate", "--on", "notes", "--yes", "--anyway", "--json")
    code, out, err = nightloom(*words)

    assert code == 0, err
    assert "press-2 serves." in err
    said = json.loads(out)
    assert said["promoted"]
    assert said["documents"] == 2
    assert said["types"].keys() <= {"BORN_IN", "WORKS_FOR"}
    assert said["aliases"]["serving"] == "press-2"
    assert fingerprint().startswith("tiny@"), "alone, for the others find unknown types"
    _, out, _ = nightloom("models", "list", "--json")
    assert json.loads(out)["aliases"] == {
        "serving": "press-2",
        "candidate": "",
        "previous": "",
    }
    code, out, _ = nightloom("models", "rollback", "--json")
    assert code == 0
    assert json.loads(out)["aliases"]["previous"] == "press-2"
    assert fingerprint() == shipped


def test_whatever_is_promoted_would_not_read_if_the_settings_name_another(
    nightloom, trained, monkeypatch
):
    nightloom("models", "add", trained)
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__MODEL", "general")

    code, _, err = nightloom("models", "promote", "candidate", "--on", "notes")

    assert code == 1
    assert "would not read" in err


def test_alias_of_nothing_is_named(nightloom):
    code, _, err = nightloom("models", "compare", "auto", "candidate", "--on", "notes")

    assert code == 1
    assert "no model is candidate" in err


GOLD = (
    '{"id": "a", "text": "Ada works for Acme.", "entities": ['
    '{"start": 0, "end": 3, "type": "Person"}, {"start": 14, "end": 18, "type": "Organization"}], '
    '"relations": [{"subject": 0, "type": "WORKS_FOR", "object": 1}]}\n'
)
CASE = (
    '{"id": "left", "kind": "verbs", "text": "Bob left Acme.", '
    '"must_not": [["Bob", ["WORKS_FOR"], "Acme"]]}\n'
)


def test_both_are_measured_on_the_gold_documents_and_the_behaviours(nightloom, monkeypatch):
    Path("gold.jsonl").write_text(GOLD)
    Path("cases.jsonl").write_text(CASE)
    monkeypatch.setenv("NIGHTLOOM_MODELS__GOLD", "gold.jsonl")
    monkeypatch.setenv("NIGHTLOOM_MODELS__BEHAVIOURS", "cases.jsonl")

    readers = ("works.py:Reader", "left.py:Reader")
    _, out, _ = nightloom("models", "compare", *readers, "--on", "notes", "--json")

    said = json.loads(out)
    assert said["figures"] == {
        "before": {"mention_f1": 1.0, "relation_f1": 1.0, "behaviours": 1.0},
        "after": {"mention_f1": 0.0, "relation_f1": 0.0, "behaviours": 0.0},
    }
    assert len(said["objections"]) == 4
    assert "F1 of relations is 0.000, that of what reads now 1.000" in said["objections"][2]
    _, out, _ = nightloom("models", "compare", *readers, "--on", "notes")
    assert "On gold and behaviours" in out


def test_model_below_a_floor_is_refused_with_one_sentence(nightloom, trained, monkeypatch):
    Path("gold.jsonl").write_text(GOLD)
    monkeypatch.setenv("NIGHTLOOM_MODELS__GOLD", "gold.jsonl")
    monkeypatch.setenv("NIGHTLOOM_MODELS__MIN_RELATION_F1", "0.9")
    monkeypatch.setenv("NIGHTLOOM_MODELS__MAX_REMOVED", "1")
    nightloom("models", "add", trained, "--name", "press-2")

    code, out, err = nightloom("models", "promote", "--on", "notes", "--yes", "--json")

    sentence = " ".join(err.split())
    assert code == 1
    assert not json.loads(out)["promoted"]
    assert any("less than the 0.9" in why for why in json.loads(out)["objections"])
    assert "press-2 is refused: " in sentence
    assert "less than the 0.9 of NIGHTLOOM_MODELS__MIN_RELATION_F1" in sentence
    _, out, _ = nightloom("models", "list", "--json")
    assert json.loads(out)["aliases"] == {"serving": "", "candidate": "press-2", "previous": ""}


def test_floor_for_what_nothing_is_measured_on_is_named(nightloom, trained, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_MODELS__MIN_BEHAVIOURS", "0.5")
    nightloom("models", "add", trained)

    code, _, err = nightloom("models", "promote", "--on", "notes")

    assert code == 1
    assert "set NIGHTLOOM_MODELS__BEHAVIOURS, too" in " ".join(err.split())
