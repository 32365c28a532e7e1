"""The forms of the deployments, as people read them before they start a run."""

import pytest

from flows.services.forms import forms, laid_over
from flows.setting_groups import ModelsSettings
from flows.settings import Settings
from flows.sources import Folder


@pytest.fixture
def settings(tmp_path):
    folders = (Folder(name="notes", path=tmp_path), Folder(name="a*b", path=tmp_path))
    return Settings(sources=folders, max_vanished=0.25)


@pytest.mark.parametrize("name", ["nightly/nightly", "ingest-now/ingest-now"])
def test_sources_are_a_choice(settings, name):
    field = forms(settings)[name]["fields"]["source"]

    assert field["enum"] == ["all of them", "notes", "a*b"]


def test_description_says_what_an_empty_field_resolves_to(settings):
    described = forms(settings)["nightly/nightly"]["description"]

    assert "If more than 25% of a source has vanished" in described
    assert r"a\*b from" in described


def test_every_description_says_of_when_its_choices_are(settings):
    described = [form["description"] for form in forms(settings, "tonight").values()]

    assert all("Choices and figures are those of tonight." in each for each in described)
    assert "UTC. After a change" in forms(settings)["nightly/nightly"]["description"]


def test_field_keeps_its_help_and_refuses_what_it_has_no_name_for():
    made = {
        "properties": {
            "share": {
                "description": "Help.",
                "position": 3,
                "anyOf": [{"type": "number"}, {"type": "null"}],
            }
        }
    }

    form = laid_over(made, {"share": {"title": "Share", "type": "number", "default": 0.5}})

    share = {"title": "Share", "type": "number", "default": 0.5}
    assert form["properties"]["share"] == share | {"description": "Help.", "position": 3}
    assert form["additionalProperties"] is False
    assert made["properties"]["share"]["position"] == 3


def test_training_configurations_are_a_choice_and_floors_are_named(tmp_path):
    for name in ("press", "letters"):
        (tmp_path / f"{name}.toml").write_text("")
    models = ModelsSettings(configs=tmp_path, min_relation_f1=0.6, gold=tmp_path / "gold.jsonl")

    form = forms(Settings(models=models))["retrain/retrain"]

    assert form["fields"]["config"]["enum"] == ["letters", "press"]
    assert "0.6 (F1 of relations)" in form["description"]
    assert "gold.jsonl" in form["description"]
