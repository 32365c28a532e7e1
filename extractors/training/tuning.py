"""Search for the settings that do best on dev: trials by Optuna, bad ones cut short.

Everything that was tried lies in the folder's journal, so a search that was interrupted, or that is
asked for more trials, goes on from there.
"""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.errors import (
    ConfigError,
    DeviceUnavailableError,
    ExtractionError,
    MachineError,
    TrainingError,
)
from extractors.faults import is_lack_of_memory
from extractors.training.config import TrainConfig
from extractors.training.evaluating import dev_score
from extractors.training.loop import run
from extractors.training.toml import toml_of

if TYPE_CHECKING:
    import optuna

EPOCHS_BEFORE_PRUNING = 1
TRIALS_BEFORE_PRUNING = 3
MOST_FAILURES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningTrial:
    """One setting, as far as it has got."""

    number: int
    values: dict[str, Any]
    """By the path of the setting: `schedule.batch_windows`."""
    score: float = 0.0
    """The best of its epochs so far."""
    epochs: int = 0
    """How many are done."""
    state: str = "running"
    """`running`, `complete`, `pruned` or `failed`."""
    why: str = ""
    """Why it failed."""


def tune(
    config: TrainConfig,
    folder: Path,
    *,
    n_trials: int,
    timeout_s: float | None = None,
    device: str = "auto",
) -> Iterator[TuningTrial]:
    """Try settings until there are so many trials, yielding after every epoch of each.

    Leaves `trials.json`, best first, and `best.toml`, a configuration to train with. A trial whose
    score is below the median of the others at the same epoch is pruned.

    Args:
        config: With dev documents; its `[tune]` table says what may vary and how.
        folder: Where the search is kept.
        n_trials: Complete and pruned ones in all, those of earlier calls included.
        timeout_s: Seconds after which no epoch is begun.
        device: As for `run`.

    Raises:
        ConfigError: There is no dev, or the `[tune]` table names what is not there.
        DeviceUnavailableError: The device is not there, or stopped working: every trial would fail.
        TrainingError: The folder holds the search of another configuration, or trial after trial
            failed.
    """
    if not (config.dev or config.held_out):
        raise ConfigError(f"{config.name} has no dev documents to tune on: give it some", "dev")
    if not config.schedule.epochs:
        raise ConfigError(
            f"{config.name} learns nothing, so that there is nothing to tune: give it epochs",
            "schedule.epochs",
        )
    for key, choice in config.tune.space.items():
        for value in _ends(key, choice):
            changed(config, {key: value})
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    study = _study(config, folder)
    n_failed = 0
    while len(_finished(study)) < n_trials and not _is_over(deadline):
        asked = study.ask()
        values = {key: _suggested(asked, key, choice) for key, choice in config.tune.space.items()}
        trial = TuningTrial(number=asked.number, values=values)
        for reached in _epochs(asked, trial, config, deadline, device):
            yield (trial := reached)
        _tell(study, asked, trial)
        _write(study, config, folder)
        n_failed = n_failed + 1 if trial.state == "failed" else 0
        # One failure may be bad luck with memory; several in a row mean that no setting will do.
        if n_failed == MOST_FAILURES:
            raise TrainingError(f"{n_failed} trials in a row failed, the last one: {trial.why}")


def trials_of(folder: Path) -> list[TuningTrial]:
    """Return what a search has tried so far, best first."""
    return [TuningTrial(**row) for row in json.loads((folder / "trials.json").read_text("utf-8"))]


def changed(config: TrainConfig, values: Mapping[str, Any]) -> TrainConfig:
    """Return a configuration with other values, by path: `{"schedule.epochs": 3}`.

    Raises:
        ConfigError: There is no such setting, or the value is of the wrong kind.
    """
    data = config.to_dict()
    for key, value in values.items():
        table_name, _, name = key.rpartition(".")
        table = data.get(table_name) if table_name else data
        if not isinstance(table, dict) or name not in table:
            raise ConfigError(f"the [tune] table names {key}, which is no setting", key)
        table[name] = value
    try:
        return TrainConfig.from_dict(data)
    except ConfigError as error:
        raise ConfigError(f"tune: {error}", error.key) from error


def _epochs(
    asked: "optuna.Trial",
    trial: TuningTrial,
    config: TrainConfig,
    deadline: float | None,
    device: str,
) -> Iterator[TuningTrial]:
    """Train with the values of a trial for as long as it is worth it."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            for step in run(changed(config, trial.values), Path(scratch), device=device):
                if step.dev is None:
                    continue
                score = dev_score(step.dev, config.target_precision)
                asked.report(score, step.epoch)
                trial = replace(trial, score=max(trial.score, score), epochs=step.epoch)
                if step.number == step.total:
                    break
                if asked.should_prune():
                    yield replace(trial, state="pruned")
                    return
                if _is_over(deadline):
                    yield replace(trial, state="failed", why="the time was up")
                    return
                yield trial
        except (TrainingError, DeviceUnavailableError, MachineError) as error:
            if not _is_of_the_trial(error):
                raise
            yield replace(trial, state="failed", why=str(error))
            return
    yield replace(trial, state="complete")


def _is_of_the_trial(error: ExtractionError) -> bool:
    """Say whether other settings may do better: less memory may be enough for them."""
    cause = error.__cause__
    return isinstance(error, TrainingError) or (cause is not None and is_lack_of_memory(cause))


def _study(config: TrainConfig, folder: Path) -> "optuna.Study":
    """Open the journal of a folder, or begin it."""
    import optuna  # takes a second to load, and only this needs it
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        study_name="tune",
        storage=JournalStorage(JournalFileBackend(str(folder / "journal.log"))),
        direction="maximize",
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(
            n_startup_trials=TRIALS_BEFORE_PRUNING, n_warmup_steps=EPOCHS_BEFORE_PRUNING
        ),
    )
    # The journal does not keep the sampler: with the same seed it would try the same again.
    study.sampler = optuna.samplers.TPESampler(seed=config.seed + len(study.trials))
    earlier_config = study.user_attrs.get("config")
    if earlier_config not in (None, config.to_dict()):
        raise TrainingError(
            f"{folder} holds the search of another configuration: choose another folder"
        )
    study.set_user_attr("config", config.to_dict())
    for trial in study.get_trials(states=(optuna.trial.TrialState.RUNNING,)):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)  # its process is gone
    return study


def _suggested(asked: "optuna.Trial", key: str, choice: Any) -> Any:
    if isinstance(choice, list):
        return asked.suggest_categorical(key, choice)
    low, high, log = choice["low"], choice["high"], choice.get("log", False)
    if isinstance(low, int) and isinstance(high, int):
        return asked.suggest_int(key, low, high, log=log)
    return asked.suggest_float(key, low, high, log=log)


def _ends(key: str, choice: Any) -> list[Any]:
    """Return the values of a choice that show whether it makes sense."""
    if isinstance(choice, list) and choice:
        return choice
    if isinstance(choice, dict) and {"low", "high"} <= choice.keys() <= {"low", "high", "log"}:
        low, high = choice["low"], choice["high"]
        numbers = isinstance(low, int | float) and isinstance(high, int | float)
        if numbers and low < high and (low > 0 or not choice.get("log")):
            return [low, high]
    raise ConfigError(
        f"tune: {key} should be a list of values or {{ low = …, high = …, log = true }}, low below "
        f"high and above 0 with log, not {choice!r}",
        key,
    )


def _tell(study: "optuna.Study", asked: "optuna.Trial", trial: TuningTrial) -> None:
    from optuna.trial import TrialState

    asked.set_user_attr("trial", asdict(trial))
    if trial.state == "complete":
        study.tell(asked, trial.score)
    else:
        study.tell(asked, state=TrialState.PRUNED if trial.state == "pruned" else TrialState.FAIL)


def _finished(study: "optuna.Study") -> list[TuningTrial]:
    """Return the trials that ended by themselves, best first."""
    rows = [trial.user_attrs["trial"] for trial in study.trials if "trial" in trial.user_attrs]
    trials = [TuningTrial(**row) for row in rows]
    return sorted(
        (trial for trial in trials if trial.state in ("complete", "pruned")),
        key=lambda trial: (trial.state != "complete", -trial.score, trial.number),
    )


def _write(study: "optuna.Study", config: TrainConfig, folder: Path) -> None:
    trials = _finished(study)
    text = json.dumps([asdict(trial) for trial in trials], indent=2, ensure_ascii=False)
    (folder / "trials.json").write_text(text + "\n", "utf-8")
    if trials and trials[0].state == "complete":
        best = changed(config, trials[0].values)
        (folder / "best.toml").write_text(toml_of(best, folder), "utf-8")


def _is_over(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() >= deadline
