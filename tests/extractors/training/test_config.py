"""Configurations are checked before anything is read."""

from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from extractors.errors import ConfigError
from extractors.training import CorpusConfig, TrainConfig, with_files
from extractors.training.ranges import RANGES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sede = 1", "did you mean 'seed'"),
        ("[schedule]\nepoch = 3", "did you mean 'epochs'"),
        ("seed = 'x'", "seed should be int"),
        ("[model]\nrelation_loss = 'bcee'", "did you mean 'bce'"),
        ("[model]\nrelation_loss = 'cross_entropy'", "model.relation_loss has no 'cross_entropy'"),
        ("[objective]\nmention_loss = 'fokal'", "did you mean 'focal'"),
        ("[schedule]\noptimizer = 'adam_w'", "did you mean 'adamw'"),
        ("[schedule]\nlearning_rate_schedule = 'cosin'", "did you mean 'cosine'"),
        ("[schedule]\nprecision = 'fp16'", "precision has no 'fp16'"),
        ("[schedule]\naccumulate = 0", "accumulate should be at least 1, not 0"),
        ("held_out = -3", "held_out should be at least 0, not -3"),
        ("target_precision = 7", "target_precision should be from 0 to 1, not 7.0"),
        ("[model]\nclustering = 'foo'", "model.clustering has no 'foo': known are names, none"),
        ("[model]\ndropout = 1", "model.dropout should be from 0 to below 1, not 1.0"),
        ("[schedule]\nencoder_learning_rate = nan", "learning_rate should be at least 0, not nan"),
        ("[objective]\nattention_dropout = 1.5", "should be from -1 to below 1, not 1.5"),
        ("[lora]\nrank = -4", "lora.rank should be at least 0, not -4"),
        ("seed = ", "not TOML"),
    ],
)
def test_a_wrong_configuration_is_named(tmp_path, text, message):
    path = tmp_path / "c.toml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=message):
        TrainConfig.load(path)


def test_every_number_of_a_configuration_has_a_range():
    config = TrainConfig(name="c")
    parts = [
        ("", config),
        *((f"{each.name}.", getattr(config, each.name)) for each in fields(config)),
    ]
    numbers = {
        f"{prefix}{each.name}"
        for prefix, part in parts
        if is_dataclass(part)
        for each in fields(part)
        if type(getattr(part, each.name)) in (int, float)
    }

    assert RANGES.keys() == numbers - {"seed"}


def test_paths_are_relative_to_the_configuration(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text('[[train]]\npath = "data.json"')

    assert TrainConfig.load(path).train[0].path == tmp_path / "data.json"


CONFIG = TrainConfig(
    name="c",
    train=(CorpusConfig(path=Path("a.json"), format="spert", options={"join_lines": True}),),
    dev=(CorpusConfig(path=Path("b.json"), format="dygie"),),
    held_out=5,
)


def test_other_files_keep_the_format_of_the_configuration():
    config = with_files(CONFIG, train=[Path("x.json"), Path("y.json")])

    assert config.train == tuple(
        replace(CONFIG.train[0], path=Path(n)) for n in ("x.json", "y.json")
    )
    assert config.dev == CONFIG.dev


def test_other_files_may_have_another_format():
    config = with_files(CONFIG, dev=[Path("z.jsonl")], format="jsonl")

    assert config.dev == (CorpusConfig(path=Path("z.jsonl"), format="jsonl"),)


def test_no_dev_holds_nothing_out():
    config = with_files(CONFIG, no_dev=True)

    assert (config.dev, config.held_out) == ((), 0)


def test_dev_files_and_no_dev_contradict_each_other():
    with pytest.raises(ConfigError, match="leave one out"):
        with_files(CONFIG, dev=[Path("z.json")], no_dev=True)


def test_a_file_of_a_configuration_without_corpora_is_detected():
    assert with_files(TrainConfig(name="c"), train=[Path("x")]).train[0].format == ""
