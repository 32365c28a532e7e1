"""A registry says which model serves, at every moment, and never changes or loses one."""

import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.checkpoints import Aliases, Registry, save, shipped_models
from extractors.errors import CheckpointError
from tests.extractors.tiny import tiny_checkpoint


@pytest.fixture
def checkpoint(tmp_path, encoder_folders):
    """Make a small model in a folder."""

    def make(name: str, card: str = ""):
        save(tiny_checkpoint(encoder_folders["bert"]), tmp_path / "runs" / name, card=card)
        return tmp_path / "runs" / name

    return make


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "models")


def test_without_a_promoted_model_those_that_come_with_nightloom_serve(registry):
    assert registry.aliases == Aliases()
    assert registry.serving() == shipped_models()
    assert [model.name for model in registry.models()] == list(shipped_models())


def test_added_model_is_a_copy_and_the_candidate(registry, checkpoint):
    folder = checkpoint("press")

    model = registry.add(folder, "press-2")

    assert registry.aliases == Aliases(candidate="press-2")
    assert registry.serving() == shipped_models()
    assert registry.find("candidate") == registry.find("press-2") == str(model.folder)
    assert (model.folder / "manifest.json").read_bytes() == (folder / "manifest.json").read_bytes()


def test_promoted_model_serves_first_and_a_rollback_lets_the_one_before_serve(registry, checkpoint):
    for name in ("one", "two"):
        registry.add(checkpoint(name, card=name))
        registry.promote(name)

    assert registry.serving() == (registry.find("two"), *shipped_models())
    assert registry.aliases == Aliases(serving="two", previous="one")
    registry.roll_back()
    assert registry.aliases == Aliases(serving="one", previous="two")


def test_rollback_of_the_first_promoted_model_lets_the_shipped_ones_serve(registry, checkpoint):
    registry.add(checkpoint("one"))
    registry.promote("one")

    registry.roll_back()

    assert registry.serving() == shipped_models()


def test_other_model_of_the_same_name_is_refused_and_the_same_one_is_not(registry, checkpoint):
    registry.add(checkpoint("one"), "press")
    registry.add(checkpoint("one"), "press")

    with pytest.raises(CheckpointError, match="another model called 'press'"):
        registry.add(checkpoint("two", card="another"), "press")


@pytest.mark.parametrize("name", ["serving", "general", "../press", "-x", "a/b"])
def test_name_that_means_something_else_is_refused(registry, checkpoint, name):
    with pytest.raises(CheckpointError, match="give it another name"):
        registry.add(checkpoint("one"), name)


def test_damaged_model_neither_comes_in_nor_serves(registry, checkpoint):
    folder = checkpoint("one")
    registry.add(folder)
    weights = next((registry.folder / "one").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1])

    with pytest.raises(CheckpointError, match="bytes instead of"):
        registry.promote("one")
    assert registry.serving() == shipped_models()


def test_serving_model_that_is_gone_is_named(registry, checkpoint):
    registry.add(checkpoint("one"))
    registry.promote("one")
    shutil.rmtree(registry.folder / "one")

    with pytest.raises(CheckpointError, match="no model 'one' is registered"):
        registry.serving()


@pytest.mark.parametrize("content", ["[]", '{"serves": "x"}', '{"serving": 3}', "{"])
def test_damaged_aliases_are_named(registry, content):
    registry.folder.mkdir()
    (registry.folder / "aliases.json").write_text(content)

    with pytest.raises(CheckpointError, match=r"aliases\.json"):
        _ = registry.aliases


@given(st.lists(st.sampled_from(["one", "two", "general", "", "back"]), max_size=8))
def test_after_any_promotions_and_rollbacks_previous_is_what_served_before(
    tmp_path_factory, encoder_folders, steps
):
    registry = Registry(tmp_path_factory.mktemp("models"))
    for name in ("one", "two"):
        (registry.folder / name).mkdir()
        (registry.folder / name / "manifest.json").write_text(
            json.dumps({"format_version": 1, "files": {}})
        )
    serving, previous = "", ""
    for step in steps:
        wanted = previous if step == "back" else step
        if step == "back" and serving == previous:
            with pytest.raises(CheckpointError, match="nothing to undo"):
                registry.roll_back()
        elif step == "back":
            registry.roll_back()
        else:
            registry.promote(step)
        if wanted != serving:
            serving, previous = wanted, serving
        assert registry.aliases == Aliases(serving=serving, previous=previous)
