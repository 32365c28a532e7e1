"""Training learns, goes on where it was cut short, and stops at nonsense."""

from dataclasses import replace
from itertools import islice

import pytest
import torch

from extractors.errors import ConfigError, TrainingError
from extractors.extractor import TransformerExtractor
from extractors.training import Data, loop, run
from extractors.training.config import ScheduleConfig, TrainConfig
from extractors.training.loop import learning_rate_share
from tests.extractors.tiny import tiny_config
from tests.strategies import extraction

PEOPLE = ("Ada", "Bo", "Cy", "Dee")
GOLD = tuple(
    extraction((person, "WORKS_FOR", firm), id=f"{person}{firm}")
    for person in PEOPLE
    for firm in ("Acme", "Orbit")
)


@pytest.fixture
def config(encoder_folders, monkeypatch) -> TrainConfig:
    monkeypatch.setattr(loop, "read_data", lambda _: Data(GOLD, GOLD, (True,) * len(GOLD)))
    schedule = ScheduleConfig(
        epochs=3, encoder_learning_rate=3e-3, head_learning_rate=1e-2, average=0.0
    )
    model = tiny_config(encoder_folders["bert"], entity_types=(), relation_types=(), dropout=0.0)
    return TrainConfig(name="small", model=model, schedule=schedule, storage="float32")


def test_training_learns_a_handful_of_documents(config, tmp_path):
    """From random weights to the facts of the documents it was shown."""
    config = replace(config, schedule=replace(config.schedule, epochs=40))
    steps = list(run(config, tmp_path))

    assert steps[-1].loss < steps[0].loss / 5
    assert max(step.dev["mention_f1"] for step in steps if step.dev) > 0.9
    assert max(step.dev["relation_f1"] for step in steps if step.dev) > 0.8
    found = TransformerExtractor.load(tmp_path).extract_one(GOLD[0].document)
    assert {e.name for e in found.entities} == {e.name for e in GOLD[0].entities}


def test_an_interrupted_run_ends_as_if_it_had_not_been(config, tmp_path):
    whole = list(run(config, tmp_path / "whole"))
    per_epoch = len(whole) // config.schedule.epochs
    list(islice(run(config, tmp_path / "cut"), per_epoch + 1))
    rest = list(run(config, tmp_path / "cut"))

    assert rest[0].number == per_epoch + 1
    assert [step.loss for step in rest] == [step.loss for step in whole[per_epoch:]]


def test_a_state_of_another_configuration_is_refused(config, tmp_path):
    list(run(config, tmp_path))

    with pytest.raises(TrainingError, match="another configuration"):
        list(run(replace(config, seed=99), tmp_path))


def test_a_loss_that_is_no_number_stops_and_names_the_batch(config, tmp_path, monkeypatch):
    real = loop.loss_of

    def broken(*args, **options):
        loss = real(*args, **options)
        return replace(loss, total=loss.total * torch.nan)

    monkeypatch.setattr(loop, "loss_of", broken)

    with pytest.raises(TrainingError, match=r"not a number at step 1: .*A"):
        list(run(config, tmp_path))


def test_learning_rate_rises_stays_and_falls():
    shares = [learning_rate_share(step, 100, 0.1, 0.5) for step in (1, 10, 40, 75, 100)]

    assert shares == pytest.approx([0.1, 1.0, 1.0, 0.52, 0.02])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sede = 1", "did you mean 'seed'"),
        ("[schedule]\nepoch = 3", "did you mean 'epochs'"),
        ("seed = 'x'", "seed should be int"),
        ("[model]\nrelation_loss = 'bcee'", "did you mean 'bce'"),
        ("seed = ", "not TOML"),
    ],
)
def test_a_wrong_configuration_is_named(tmp_path, text, message):
    path = tmp_path / "c.toml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=message):
        TrainConfig.load(path)


def test_paths_are_relative_to_the_configuration(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text('[[train]]\npath = "data.json"')

    assert TrainConfig.load(path).train[0].path == tmp_path / "data.json"
