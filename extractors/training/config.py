"""A training run as a TOML file: what to read, what to build, how long to train."""

import dataclasses
import difflib
import tomllib
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractors.devices import PRECISIONS
from extractors.errors import ConfigError
from extractors.network import ModelConfig
from extractors.training.distillation import DistillationConfig
from extractors.training.lora import LoraConfig
from extractors.training.losses import MENTION_LOSSES, RELATION_LOSSES
from extractors.training.objective import ObjectiveConfig
from extractors.training.optimization import (
    LEARNING_RATE_SCHEDULES,
    OPTIMIZERS,
    ScheduleConfig,
)
from extractors.training.ranges import check_ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusConfig:
    """One file or folder of labelled documents."""

    path: Path
    """Relative to the folder of the configuration file."""
    format: str = "docred"
    """A name in `corpora.FORMATS`; "" finds it out from the file."""
    complete: bool = True
    """Whether a pair without a label is known to have no relation."""
    options: dict[str, Any] = field(default_factory=dict)
    """What else to tell the format's reader: `join_lines`, `entities`, `entity_types`, …"""


def _usual_space() -> dict[str, Any]:
    return {
        "schedule.encoder_learning_rate": {"low": 5e-5, "high": 4e-4, "log": True},
        "schedule.head_learning_rate": {"low": 3e-4, "high": 2e-3, "log": True},
        "schedule.batch_windows": [2, 4, 8],
        "schedule.average": [0.0, 0.99, 0.997],
        "model.dropout": {"low": 0.05, "high": 0.3},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneConfig:
    """What `nightloom tune` may vary."""

    space: dict[str, Any] = field(default_factory=_usual_space)
    """By the path of a setting, a list of values or `{ low = …, high = …, log = true }`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Everything that decides what a training run gives, seed included."""

    name: str
    train: tuple[CorpusConfig, ...] = ()
    dev: tuple[CorpusConfig, ...] = ()
    held_out: int = 0
    """Documents of the first training corpus to keep for dev, drawn by the seed."""
    seed: int = 13
    start_from: str = ""
    """A model, by name or folder, of the same encoder, whose weights training begins with; types
    are matched by name. Empty: the encoder as it was pretrained, and heads that know nothing."""
    type_constraints: int = 2
    """Times that training must show a relation between two types before it may be read between
    them; 0: always."""
    target_precision: float = 0.75
    """Precision on dev at which the shipped threshold for relations is set; 0: thresholds, that for
    mentions too, where F1 is best."""
    argument_share: float = 0.5
    """How sure an argument of a relation must be at least, as a share of how sure a mention must be
    that is reported for its own sake; 1: relations only between such mentions."""
    calibrate_from: str = ""
    """A model, by name or folder, whose calibration and thresholds are taken over where there are
    no dev documents to fit them on: one of the same types, trained alike with some held out."""
    storage: str = "int8"
    """`float32`, or `int8`: trained matrices as rounded differences to the pretrained ones."""
    model: ModelConfig = field(default_factory=ModelConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    lora: LoraConfig = field(default_factory=LoraConfig)
    distillation: DistillationConfig = field(default_factory=DistillationConfig)
    tune: TuneConfig = field(default_factory=TuneConfig)

    def __post_init__(self) -> None:
        for key, value, known in (
            ("storage", self.storage, ("float32", "int8")),
            ("model.architecture", self.model.architecture, ("joint", "tagger")),
            ("model.clustering", self.model.clustering, ("names", "none")),
            ("model.relation_loss", self.model.relation_loss, RELATION_LOSSES),
            ("objective.mention_loss", self.objective.mention_loss, MENTION_LOSSES),
            ("schedule.optimizer", self.schedule.optimizer, OPTIMIZERS),
            (
                "schedule.learning_rate_schedule",
                self.schedule.learning_rate_schedule,
                LEARNING_RATE_SCHEDULES,
            ),
            ("schedule.precision", self.schedule.precision, PRECISIONS),
        ):
            if value not in known:
                raise ConfigError(unknown(key, value, known), key)
        if self.model.architecture == "tagger" and self.distillation.teachers:
            raise ConfigError("distillation teaches joint models, not a tagger", "distillation")
        if self.model.architecture == "tagger" and self.objective.consistency_weight:
            key = "objective.consistency_weight"
            raise ConfigError(f"{key} is for joint models, not a tagger: set it to 0", key)
        check_ranges(self)
        if self.schedule.start_share and not self.start_from:
            key = "schedule.start_share"
            raise ConfigError(f"{key} needs a model that training starts from: start_from", key)

    @classmethod
    def load(cls, path: Path | str) -> "TrainConfig":
        """Read a TOML file; paths in it are relative to its folder.

        Raises:
            ConfigError: The file is missing, not TOML, or holds an unknown key or a value of the
                wrong kind; names the nearest known key.
        """
        path = Path(path)
        try:
            data = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is not TOML: {error}") from error
        data.setdefault("name", path.stem)
        return typing.cast(TrainConfig, _build(cls, data, "", path.parent))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return typing.cast(dict[str, Any], _plain(dataclasses.asdict(self)))


def _build(cls: type, data: Any, where: str, folder: Path) -> Any:
    """Build a dataclass from plain data, checking names and kinds."""
    if not isinstance(data, dict):
        raise ConfigError(f"{where or 'the file'} should be a table", key=where)
    hints = typing.get_type_hints(cls)
    for key in data:
        if key not in hints:
            raise ConfigError(unknown(where or "the configuration", key, hints), key=key)
    values = {
        key: _value(hints[key], value, f"{where}.{key}".lstrip("."), folder)
        for key, value in data.items()
    }
    try:
        return cls(**values)
    except TypeError as error:
        raise ConfigError(f"{where or 'the configuration'}: {error}", key=where) from error


def _value(hint: Any, value: Any, where: str, folder: Path) -> Any:
    if dataclasses.is_dataclass(hint):
        return _build(typing.cast(type, hint), value, where, folder)
    if typing.get_origin(hint) is dict:
        if not isinstance(value, dict):
            raise ConfigError(f"{where} should be a table, not {value!r}", key=where)
        return dict(value)
    if isinstance(hint, types.GenericAlias):
        item = typing.get_args(hint)[0]
        if not isinstance(value, list):
            raise ConfigError(f"{where} should be a list, not {value!r}", key=where)
        return tuple(_value(item, own, where, folder) for own in value)
    if hint is Path and isinstance(value, str):
        return folder / value
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise ConfigError(f"{where} should be {hint.__name__}, not {value!r}", key=where)
    return value


def unknown(where: str, key: str, known: Iterable[str], kind: str = "") -> str:
    """Return the sentence that something has no such key, and which one may have been meant."""
    known = list(known)
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    named = f"{kind} {key!r}" if kind else repr(key)
    return f"{where} has no {named}: {hint}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(own) for key, own in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(own) for own in value]
    return value.as_posix() if isinstance(value, Path) else value
