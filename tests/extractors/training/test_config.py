"""Configurations are checked before anything is read."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.errors import ConfigError
from extractors.training import CorpusConfig, TrainConfig, run, with_files
from extractors.training.validation import schema_of


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
        ("target_precision = 7", "target_precision should be from 0 to 1, not 7"),
        ("[model]\nclustering = 'foo'", "model.clustering has no 'foo': known are names, none"),
        ("[model]\ndropout = 1", "model.dropout should be from 0 to below 1, not 1"),
        ("[schedule]\nencoder_learning_rate = nan", "learning_rate should be at least 0, not nan"),
        ("[objective]\nattention_dropout = 1.5", "should be from -1 to below 1, not 1.5"),
        ("[lora]\nrank = -4", "lora.rank should be at least 0, not -4"),
        ("seed = true", "seed should be int, not True"),
        ("[schedule]\nepochs = 1.0", "schedule.epochs should be int, not 1.0"),
        ("[model]\nnested = 1", "model.nested should be bool, not 1"),
        ("[model]\nsymmetric = 'A'", "model.symmetric should be a list, not 'A'"),
        ("[model]\nsymmetric = [1]", "model.symmetric should be str, not 1"),
        ("model = 3", "model should be a table, not 3"),
        ("[train]\npath = 'a'", "train should be a list, not {'path': 'a'}"),
        ("[[train]]\nformat = 'docred'", r"each table \[\[train\]\] needs a key 'path'"),
        ("[[train]]\npaht = 'a'", r"the table \[train\] has no key 'paht': did you mean 'path'"),
        ("seed = 2026-11-28", "seed should be int, not '2026-11-28'"),
        ("seed = ", "not TOML"),
    ],
)
def test_a_wrong_configuration_is_named(tmp_path, text, message):
    path = tmp_path / "c.toml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=message) as caught:
        TrainConfig.load(path)
    assert str(caught.value).startswith(str(path))


def test_a_configuration_made_in_python_is_checked_before_the_run(tmp_path):
    config = TrainConfig(name="c", train=(CorpusConfig(path=Path("a")),), held_out=-3)

    with pytest.raises(ConfigError, match="held_out should be at least 0, not -3"):
        next(run(config, tmp_path))


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.integers() | st.text(), max_size=2)
    | st.dictionaries(st.text(), st.integers(), max_size=2)
)


@given(st.data(), VALUES)
def test_any_value_anywhere_is_read_or_refused_in_one_line(data, value):
    """What is accepted is kept as it was given, and read back from TOML."""
    plain = TrainConfig(name="c").to_dict()
    table = data.draw(st.sampled_from([plain, *(t for t in plain.values() if type(t) is dict)]))
    key = data.draw(st.sampled_from(sorted(table)))
    table[key] = value

    config, sentence = None, ""
    try:
        config = TrainConfig.from_dict(plain)
    except ConfigError as error:
        sentence = str(error)

    assert config or key in sentence
    assert "\n" not in sentence
    assert config is None or TrainConfig.from_dict(config.to_dict()) == config


def test_every_number_of_a_configuration_has_a_range():
    schema = schema_of(TrainConfig)
    tables = {"": schema, **{f"{name}.": part for name, part in schema["$defs"].items()}}
    unbounded = {
        f"{prefix}{name}"
        for prefix, table in tables.items()
        for name, part in table["properties"].items()
        if part.get("type") in ("integer", "number") and "minimum" not in part
    }

    assert unbounded == {"seed"}


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
