"""A training run as a TOML file: what to read, what to build, how long to train."""

import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ValidationInfo

from extractors.errors import ConfigError
from extractors.network import ModelConfig
from extractors.training.composing import ComposingConfig
from extractors.training.distillation import DistillationConfig
from extractors.training.labels import ImpliedConfig, Labels
from extractors.training.lora import LoraConfig
from extractors.training.objective import ObjectiveConfig
from extractors.training.optimization import ScheduleConfig
from extractors.training.validation import STRICT, Share, Whole, validated


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the paths of a configuration are looked for."""

    folder: Path
    data: Path | None


def _located(path: Path | None, info: ValidationInfo) -> Path | None:
    """Return where a corpus lies: beside the configuration, or else below the data's root."""
    if path is None or not isinstance(info.context, _Places):
        return path
    beside, root = info.context.folder / path, info.context.data
    # Joining with an absolute path gives that path: the root is not asked for it.
    return beside if root is None or beside.exists() else root / path


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusConfig:
    """One file or folder of labelled documents."""

    path: Annotated[Path, AfterValidator(_located)]
    """Relative to the folder of the configuration file, or to the root of the data."""
    format: str = ""
    """A name in `corpora.FORMATS`; "" finds it out from the file."""
    texts: Annotated[Path | None, AfterValidator(_located)] = None
    """Where the texts stand of which it holds the labels alone; looked for as `path` is."""
    complete: bool = True
    """Whether a pair without a label is known to have no relation."""
    labelled_entities: tuple[str, ...] | None = None
    """Entity types that are labelled in it; left out: all. Others may be in the text."""
    labelled_relations: tuple[str, ...] | None = None
    """Relation types that are labelled in it; left out: all, and `[]`: none. Of these, a text that
    names what was `asked` of it has labels for what it names alone."""
    coreference: bool = True
    """Whether names of one thing are labelled as one entity."""
    every_name: bool = True
    """Whether every name of the labelled entity types has a label. False: what is called by a name
    from a corpus in which all types are labelled ("French") may be one here, too, without label."""
    guide: str = ""
    """What its labels follow, by any name, where that differs from what the model should do: say,
    labels that state what the world knows, and not only what the text says. The model is told the
    name in training, and never in service. "": nothing else."""
    options: dict[str, Any] = field(default_factory=dict)
    """What else to tell the format's reader: `join_lines`, `entities`, `entity_types`, …"""

    @property
    def files(self) -> tuple[Path, ...]:
        """Where what it says stands."""
        return (self.path,) if self.texts is None else (self.path, self.texts)

    @property
    def labels(self) -> Labels:
        """What is labelled in its documents."""
        return Labels(
            entities=self.labelled_entities,
            relations=self.labelled_relations,
            coreference=self.coreference,
            complete=self.complete,
            every_name=self.every_name,
            guide=self.guide,
        )


def _usual_space() -> dict[str, Any]:
    return {
        "schedule.encoder_learning_rate": {"low": 5e-5, "high": 4e-4, "log": True},
        "schedule.head_learning_rate": {"low": 3e-4, "high": 2e-3, "log": True},
        "schedule.batch_windows": [2, 4, 8],
        "schedule.average": [0.0, 0.99, 0.997],
        "model.dropout": {"low": 0.05, "high": 0.3},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanConfig:
    """A trained model that is mixed into what a training gives."""

    model: str
    """By name or folder, of the same encoder; types are matched by name."""
    share: Share
    """Of its weights in the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneConfig:
    """What `nightloom tune` may vary."""

    space: dict[str, Any] = field(default_factory=_usual_space)
    """By the path of a setting, a list of values or `{ low = …, high = …, log = true }`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """Everything that decides what a training run gives, seed included."""

    __pydantic_config__ = STRICT

    name: str
    train: tuple[CorpusConfig, ...] = ()
    dev: tuple[CorpusConfig, ...] = ()
    held_out: Whole = 0
    """Documents of the first training corpus to keep for dev, drawn by the seed."""
    seed: int = 13
    start_from: str = ""
    """A model, by name or folder, of the same encoder, whose weights training begins with; types
    are matched by name. Empty: the encoder as it was pretrained, and heads that know nothing."""
    mean: tuple[MeanConfig, ...] = ()
    """What is judged and saved is the mean of the weights that were learned and those of these
    models: with the one that training began with, what was known before is not forgotten (WiSE-FT,
    Wortsman et al. 2022a); with others, different mistakes cancel out (model soups, 2022b)."""
    type_constraints: Whole = 2
    """Times that training must show a relation between two types before it may be read between
    them; 0: always."""
    target_precision: Share = 0.75
    """Precision on dev at which the shipped threshold for relations is set; 0: thresholds, that for
    mentions too, where F1 is best."""
    argument_share: Share = 0.5
    """How sure an argument of a relation must be at least, as a share of how sure a mention must be
    that is reported for its own sake; 1: relations only between such mentions."""
    calibrate_from: str = ""
    """A model, by name or folder, whose calibration and thresholds are taken over where there are
    no dev documents to fit them on: one of the same types, trained alike with some held out."""
    storage: Literal["float32", "int8"] = "int8"
    """`float32`, or `int8`: trained matrices as rounded differences to the pretrained ones."""
    model: ModelConfig = field(default_factory=ModelConfig)
    implied: ImpliedConfig = field(default_factory=ImpliedConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    composing: ComposingConfig = field(default_factory=ComposingConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    lora: LoraConfig = field(default_factory=LoraConfig)
    distillation: DistillationConfig = field(default_factory=DistillationConfig)
    tune: TuneConfig = field(default_factory=TuneConfig)

    def __post_init__(self) -> None:
        if self.model.architecture == "tagger" and self.distillation.teachers:
            raise ConfigError("distillation teaches joint models, not a tagger", "distillation")
        if self.model.architecture == "tagger" and self.objective.consistency_weight:
            key = "objective.consistency_weight"
            raise ConfigError(f"{key} is for joint models, not a tagger: set it to 0", key)
        partly = any(each.labelled_entities is not None for each in (*self.train, *self.dev))
        if self.model.architecture == "tagger" and partly:
            key = "labelled_entities"
            raise ConfigError(f"{key} is for joint models, a tagger needs all types labelled", key)
        if sum(each.share for each in self.mean) >= 1:
            raise ConfigError("the shares of mean leave nothing to what is learned", "mean")
        if self.mean and self.lora.rank:
            raise ConfigError("mean mixes whole weights, not LoRA's: set lora.rank to 0", "mean")
        if not self.schedule.epochs:
            key = "schedule.epochs"
            if not self.start_from:
                raise ConfigError(f"{key} of 0 needs a model that is there: start_from", key)
            if not (self.dev or self.calibrate_from):
                raise ConfigError(f"{key} of 0 needs documents to judge by: [[dev]]", key)

    @classmethod
    def load(cls, path: Path | str, data: Path | None = None) -> "TrainConfig":
        """Read a TOML file.

        Args:
            path: The file; without a key `name` the configuration is called as the file is.
            data: The folder in which corpora are looked for that do not lie beside the file.

        Raises:
            ConfigError: The file is missing, not TOML, or holds an unknown key or a value that is
                not allowed; names the file, the key and what is allowed.
        """
        path = Path(path)
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is not TOML: {error}") from error
        table.setdefault("name", path.stem)
        try:
            return validated(cls, table, context=_Places(path.parent, data))
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}", error.key) from error

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "TrainConfig":
        """Read back what `to_dict` returned.

        Raises:
            ConfigError: A key is unknown, or a value is not allowed.
        """
        return validated(cls, data)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {key: _plain(value) for key, value in dataclasses.asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.as_posix() if isinstance(value, Path) else value
