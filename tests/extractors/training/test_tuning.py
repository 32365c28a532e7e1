"""A search tries settings, goes on where it stopped, and leaves the best as a configuration."""

from dataclasses import replace

import pytest

from extractors.errors import ConfigError, DeviceUnavailableError, TrainingError
from extractors.training import TrainConfig
from extractors.training.config import TuneConfig
from extractors.training.toml import toml_of
from extractors.training.tuning import changed, trials_of, tune

SPACE = {
    "schedule.head_learning_rate": {"low": 1e-3, "high": 1e-2, "log": True},
    "schedule.batch_windows": [4, 8],
}


def test_a_search_goes_on_and_leaves_the_best(config, tmp_path):
    config = replace(
        config, tune=TuneConfig(space=SPACE), schedule=replace(config.schedule, epochs=1)
    )
    first = list(tune(config, tmp_path, n_trials=1))
    later = list(tune(config, tmp_path, n_trials=2))

    assert [trial.state for trial in (*first, *later)] == ["complete", "complete"]
    assert [trial.number for trial in (*first, *later)] == [0, 1]
    assert first[0].values != later[0].values
    assert list(tune(config, tmp_path, n_trials=2)) == []
    best = trials_of(tmp_path)[0]
    assert best.score == max(first[0].score, later[0].score)
    found = TrainConfig.load(tmp_path / "best.toml")
    assert found.schedule == changed(config, best.values).schedule
    assert found.train[0].path.resolve() == config.train[0].path
    assert set(best.values) == set(SPACE)


def test_a_search_of_another_configuration_is_refused(config, tmp_path):
    list(tune(config, tmp_path, n_trials=1, timeout_s=0))

    with pytest.raises(TrainingError, match="another configuration"):
        list(tune(replace(config, seed=99), tmp_path, n_trials=1, timeout_s=0))


def test_tuning_needs_dev(config, tmp_path):
    with pytest.raises(ConfigError, match="no dev documents to tune on"):
        list(tune(replace(config, dev=()), tmp_path, n_trials=1))


def test_a_device_that_is_not_there_ends_the_search_at_once(config, tmp_path):
    """Every trial would fail by it, and none of them is to blame."""
    with pytest.raises(DeviceUnavailableError, match="there is no device cuda:99"):
        list(tune(config, tmp_path, n_trials=1, device="cuda:99"))


def test_a_setting_that_does_not_fit_into_memory_is_a_failed_trial(config, tmp_path):
    """Another setting may fit; three failures in a row end the search."""
    config = replace(config, tune=TuneConfig(space={"model.head_size": [10**13]}))

    trials = tune(config, tmp_path, n_trials=1)
    failed = [next(trials), next(trials), next(trials)]

    assert {trial.state for trial in failed} == {"failed"}
    with pytest.raises(TrainingError, match=r"3 trials in a row failed.* has no memory left"):
        next(trials)


@pytest.mark.parametrize(
    ("key", "choice", "message"),
    [
        ("schedule.batch", [1], "names schedule.batch, which is no setting"),
        ("epochs", [1], "names epochs, which is no setting"),
        ("schedule.epochs", [1.5], "schedule.epochs should be int, not 1.5"),
        ("schedule.optimizer", ["adamv"], "did you mean 'adam'"),
        ("model.dropout", {"low": 0.3, "high": 0.1}, "low below high"),
        ("model.dropout", {"low": 0.0, "high": 0.1, "log": True}, "above 0 with log"),
        ("model.dropout", [], "should be a list"),
    ],
)
def test_a_wrong_space_is_named(config, tmp_path, key, choice, message):
    config = replace(config, tune=TuneConfig(space={key: choice}))

    with pytest.raises(ConfigError, match=message):
        list(tune(config, tmp_path, n_trials=1))


def test_the_usual_space_names_settings_that_exist(config):
    for key, choice in TuneConfig().space.items():
        value = choice[0] if isinstance(choice, list) else choice["low"]
        changed(config, {key: value})


def test_a_configuration_written_as_toml_is_read_back(config, tmp_path):
    corpus = replace(config.train[0], options={"entity_types": {"Person-*": "Person", "X": ""}})
    config = replace(config, train=(corpus, corpus), name='a "quoted" name', seed=3)
    (tmp_path / "c.toml").write_text(toml_of(config, tmp_path))

    read = TrainConfig.load(tmp_path / "c.toml")
    paths = [replace(own, path=own.path.resolve()) for own in (*read.train, *read.dev)]
    assert paths == [*config.train, *config.dev]
    assert replace(read, train=(), dev=()) == replace(config, train=(), dev=())
