"""A corpus of eight sentences, and a configuration that trains on it in a second."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from extractors.training import CorpusConfig, ScheduleConfig, TrainConfig, run
from tests.extractors.tiny import tiny_config
from tests.strategies import extraction

GOLD = tuple(
    extraction((person, "WORKS_FOR", firm), id=f"{person}{firm}")
    for person in ("Ada", "Bo", "Cy", "Dee")
    for firm in ("Acme", "Orbit")
)


@pytest.fixture(scope="session")
def gold_file(tmp_path_factory) -> Path:
    """The corpus as JSON lines."""
    path = tmp_path_factory.mktemp("corpus") / "gold.jsonl"
    path.write_text("".join(json.dumps(gold.to_dict()) + "\n" for gold in GOLD))
    return path


@pytest.fixture(scope="session")
def config(encoder_folders, gold_file) -> TrainConfig:
    corpus = (CorpusConfig(path=gold_file, format="jsonl"),)
    return TrainConfig(
        name="small",
        train=corpus,
        dev=corpus,
        model=tiny_config(encoder_folders["bert"], entity_types=(), relation_types=(), dropout=0.0),
        schedule=ScheduleConfig(
            epochs=2, encoder_learning_rate=3e-3, head_learning_rate=1e-2, average=0.0
        ),
        storage="float32",
    )


@pytest.fixture(scope="session")
def trained(config, tmp_path_factory) -> Path:
    """The folder of a model of persons and organizations, and who works for whom."""
    folder = tmp_path_factory.mktemp("runs") / "trained"
    list(run(replace(config, schedule=replace(config.schedule, epochs=10)), folder))
    return folder
