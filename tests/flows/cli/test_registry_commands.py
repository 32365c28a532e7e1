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
    nightloom("models", "add", trained, "--name", "press-2")
    assert fingerprint() == shipped, "a candidate reads nothing"

    code, _, err = nightloom("models", "promote", "candidate", "--on", "notes", "--yes", "--anyway")

    assert code == 0, err
    assert fingerprint().startswith("tiny@"), "alone, for the others find unknown types"
    _, out, _ = nightloom("models", "list", "--json")
    assert json.loads(out)["aliases"] == {
        "serving": "press-2",
        "candidate": "",
        "previous": "",
    }
    code, out, _ = nightloom("models", "rollback")
    assert code == 0
    assert fingerprint() == shipped


def test_whatever_is_promoted_would_not_read_if_the_settings_name_another(
    nightloom, trained, monkeypatch
):
    nightloom("models", "add", trained)
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__MODEL", "general")

    code, _, err = nightloom("models", "promote", "candidate", "--on", "notes")

    assert code == 2
    assert "would not read" in err


def test_alias_of_nothing_is_named(nightloom):
    code, _, err = nightloom("models", "compare", "auto", "candidate", "--on", "notes")

    assert code == 1
    assert "no model is candidate" in err
