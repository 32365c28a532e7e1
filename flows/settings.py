"""Every setting, read from the environment, `.env` and `nightloom.toml`; nothing else reads them.

The first that names a setting wins: a keyword argument, the environment (`NIGHTLOOM_GRAPH__URI`),
the file `.env` (the same names), `nightloom.toml` (`[graph]`, `uri = …`), the default below.
A name that nobody knows is an error in all of them, because a misspelt setting that is silently
ignored is found months later.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as UnreadableSettingError

from flows.errors import SettingsError

PREFIX = "NIGHTLOOM_"
NOT_OURS = "NIGHTLOOM_TEST_"
"""Names of the test suite, which may stand in the same environment."""

DOTENV_FILE = Path(".env")
TOML_FILE = Path("nightloom.toml")

Port = Annotated[int, Field(ge=1, le=65535)]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSettings:
    """Where the graph is: a server of yours, or the one nightloom starts."""

    uri: str | None = None
    """Address of a Neo4j server (`bolt://…`, `neo4j+s://…`); set, nothing is started."""

    user: str = "neo4j"
    """User name on that server."""

    password: SecretStr | None = None
    """Password on that server; the embedded server makes its own."""

    database: str | None = None
    """Database on that server; unset: the user's home database."""

    bolt_port: Port = 7687
    """Port of the embedded server for drivers and the Browser's queries."""

    http_port: Port = 7474
    """Port of the embedded server for Neo4j Browser."""

    patience_s: Annotated[float, Field(ge=0)] = 30.0
    """How long to keep trying when the server is gone or busy."""

    lease_s: Annotated[float, Field(ge=3)] = 60.0
    """How long after the death of a run another may take the graph over."""

    heap_mb: Annotated[int, Field(ge=256)] = 1024
    """Java heap of the embedded server, in MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractorSettings:
    """Which model reads the documents, and on what."""

    model: str = "general"
    """Name of a model that comes with nightloom, or the folder of one you trained."""

    device: str = "auto"
    """`auto` (CUDA if there is one, else CPU), `cpu`, `cuda` or `cuda:1`."""

    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """What the encoder computes in; `auto`: `bfloat16` with CUDA, else `float32`."""

    left_out: tuple[str, ...] = ()
    """Types of the model that the ontology leaves out on purpose, as JSON; `["*"]`: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceSettings:
    """How rules derive facts, and when that is too much."""

    blend: Literal["product", "minimum"] = "product"
    """How premises and rule make the confidence of a conclusion: `product` or `minimum`."""

    max_facts: Annotated[int, Field(ge=1)] = 1_000_000
    """Facts that one night may derive; more is taken for a rule that ran away."""

    max_rounds: Annotated[int, Field(ge=1)] = 1_000
    """Rounds of one stratum of rules; a chain of facts is as many rounds long as it has steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefectSettings:
    """The Prefect server that `nightloom up` starts."""

    port: Port = 4200
    """Port of the server and its UI."""

    cron: str = "0 2 * * *"
    """When the deployment `nightly` runs, unless somebody gave it a schedule in the UI."""

    timezone: str = "UTC"
    """Time zone of that schedule."""


class Settings(BaseSettings):
    """What a run needs to know, checked once at the start.

    Raises:
        SettingsError: Only through `load_settings`, which is the way to make one.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=DOTENV_FILE,
        env_ignore_empty=True,
        extra="ignore",  # `check_names` refuses them first, with a suggestion
        frozen=True,
        hide_input_in_errors=True,
    )

    home: Path = Path(".nightloom")
    """Folder for everything nightloom keeps: the graph, extractions, Prefect's database."""

    documents: Path = Path("samples")
    """Folder that the scheduled run reads when its form names none."""

    ontology: Path | None = None
    """Ontology file; unset: `ontology.toml` here if there is one, else the one nightloom ships."""

    rules: Path | None = None
    """Folder of rule files; unset: `rules` beside the ontology file, if there."""

    data: Path = Path("data")
    """Folder of the corpora that training configurations name and that do not lie beside them."""

    max_vanished: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of a source that may vanish in one night; an empty folder always asks."""

    shard_documents: Annotated[int, Field(ge=1)] = 200
    """Documents a shard, which is one Prefect task; more where a run would have over 50 shards."""

    max_document_bytes: Annotated[int, Field(ge=1)] = 5_000_000
    """Longer documents are set aside: one of them is no longer one document's worth of work."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    """How much the commands say on standard error."""

    graph: GraphSettings = GraphSettings()
    extractor: ExtractorSettings = ExtractorSettings()
    inference: InferenceSettings = InferenceSettings()
    prefect: PrefectSettings = PrefectSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Name the sources in the order in which they win."""
        toml = TomlConfigSettingsSource(settings_cls, TOML_FILE)
        return init_settings, env_settings, dotenv_settings, toml

    @property
    def extractions(self) -> Path:
        """The folder of the extraction store."""
        return self.home / "extractions"

    @property
    def ontology_path(self) -> Path:
        """The ontology file that applies here."""
        return self.ontology or _default_ontology()

    @property
    def rules_path(self) -> Path | None:
        """The folder of rule files that applies here; None: there are none."""
        beside = self.ontology_path.parent / "rules"
        return self.rules or (beside if beside.is_dir() else None)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a setting was given: a dotted name and the place that named it."""

    setting: str
    place: str


def load_settings(**given: Any) -> Settings:
    """Return the settings that apply in this folder and environment.

    Raises:
        SettingsError: A name is unknown, a file unreadable or a value not allowed.
    """
    check_names()
    try:
        return Settings(**given)
    except ValidationError as error:
        raise _settings_error(error) from error
    except UnreadableSettingError as error:
        raise SettingsError(str(error)) from error


def known_settings() -> dict[str, Any]:
    """Return the default of every setting by its dotted name (`graph.bolt_port`)."""
    return {
        name: default
        for top, field in Settings.model_fields.items()
        for name, default in _flatten(top, field.default)
    }


def environment_name(setting: str) -> str:
    """Return the environment's name for a dotted one.

    >>> environment_name("graph.bolt_port")
    'NIGHTLOOM_GRAPH__BOLT_PORT'
    """
    return PREFIX + setting.replace(".", "__").upper()


def origins() -> list[Origin]:
    """List which setting is named where; of several places for one setting the first wins."""
    return [*_environment_origins(), *_dotenv_origins(), *_toml_origins()]


def unknown_names() -> list[str]:
    """Return one sentence for each name that is not a setting, with the nearest that is."""
    known = known_settings()
    return [_unknown_sentence(origin, known) for origin in origins() if origin.setting not in known]


def check_names() -> None:
    """Refuse names that are not settings, wherever they stand.

    Raises:
        SettingsError: Names the first of them and the setting that was probably meant.
    """
    for sentence in unknown_names():
        raise SettingsError(sentence)


def inherited_environment() -> dict[str, str]:
    """Return the environment for programs we start: ours, without settings of another Prefect."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}


def _unknown_sentence(origin: Origin, known: dict[str, Any]) -> str:
    written = _written(origin.setting, origin.place)
    near = difflib.get_close_matches(origin.setting, known, n=1, cutoff=0.5)
    meant = f"did you mean {_written(near[0], origin.place)}?" if near else "see .env.example"
    return f"{origin.place} names {written}, which is no setting: {meant}"


def _written(setting: str, place: str) -> str:
    return setting if place == str(TOML_FILE) else environment_name(setting)


def _environment_origins() -> Iterator[Origin]:
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and not name.startswith(NOT_OURS):
            yield Origin(_dotted(name), "the environment")


def _dotenv_origins() -> Iterator[Origin]:
    try:
        names = dotenv_values(DOTENV_FILE, interpolate=False) if DOTENV_FILE.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{DOTENV_FILE} cannot be read: {error}") from error
    for name in names:
        if name.upper().startswith(PREFIX):
            yield Origin(_dotted(name), str(DOTENV_FILE))


def _toml_origins() -> Iterator[Origin]:
    if not TOML_FILE.is_file():
        return
    try:
        tables = tomllib.loads(TOML_FILE.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{TOML_FILE} cannot be read: {error}") from error
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from (Origin(f"{name}.{key}", str(TOML_FILE)) for key in value)
        else:
            yield Origin(name, str(TOML_FILE))


def _dotted(name: str) -> str:
    return name.upper().removeprefix(PREFIX).lower().replace("__", ".")


def _flatten(name: str, default: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(default):
        for field in fields(default):
            yield f"{name}.{field.name}", getattr(default, field.name)
    else:
        yield name, default


def _settings_error(error: ValidationError) -> SettingsError:
    """Say in one sentence which setting is wrong; the value stays out, it may be a secret."""
    first = error.errors(include_url=False, include_input=False)[0]
    setting = ".".join(str(part) for part in first["loc"])
    place = next((o.place for o in origins() if o.setting == setting), "a keyword argument")
    reason = first["msg"][:1].lower() + first["msg"][1:]
    return SettingsError(
        f"{environment_name(setting)} ({setting}), set in {place}: {reason}", setting=setting
    )


def shipped_samples() -> Path:
    """Return the sample documents with their ontology and rules: the wheel's, or the checkout's."""
    package = Path(__file__).parent
    shipped = package / "defaults" / "samples"
    return shipped if shipped.is_dir() else package.parent / "samples"


def _default_ontology() -> Path:
    """Return the working directory's ontology if it has one, else the one nightloom ships."""
    here = Path("ontology.toml")
    return here if here.is_file() else shipped_samples() / "ontology.toml"
