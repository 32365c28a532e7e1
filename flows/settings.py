"""Every setting, read from the environment, `.env` and `nightloom.toml`; nothing else reads them.

The first that names a setting wins: a keyword argument, the environment (`NIGHTLOOM_GRAPH__URI`),
the file `.env` (the same names), `nightloom.toml` (`[graph]`, `uri = …`), the default below.
A name that nobody knows is an error in all of them, because a misspelt setting that is silently
ignored is found months later.
"""

import difflib
import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as UnreadableSettingError

from flows.errors import SettingsError
from flows.setting_groups import (
    SOURCE_KEYS,
    TOML_FILE,
    EmbeddingSettings,
    ExtractorSettings,
    GraphSettings,
    ModelsSettings,
    PageSettings,
    PrefectSettings,
    RaySettings,
    ResolutionSettings,
    SourceTable,
    TelemetrySettings,
    checked_encoding,
)
from flows.sources import (
    AnySource,
    Converter,
    Credentials,
    Limits,
    give_credentials,
)
from graphdb.inference import InferenceConfig

PREFIX = "NIGHTLOOM_"
NOT_OURS = "NIGHTLOOM_TEST_"
"""Names of the test suite, which may stand in the same environment."""

DOTENV_FILE = Path(".env")

REMOVED = {
    "documents": "name the folders as [[sources]] in nightloom.toml; "
    "`nightloom ingest FOLDER --every-night` writes them there"
}
"""Settings of earlier versions, and what to do instead."""

# The default of a library's setting is written in the library, and nowhere else.
_OF_CONVERTER: dict[str, Any] = {field.name: field.default for field in fields(Converter)}


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

    sources: tuple[SourceTable, ...] = ()
    """Folders and addresses that are read every night; in nightloom.toml each is a table
    `[[sources]]` with path, name, include, exclude, max_bytes, max_age_h and, for addresses,
    credentials, here a list of such objects in JSON."""

    credentials: dict[str, Credentials] = {}
    """How to log in at sources beside folders, by their names: NIGHTLOOM_CREDENTIALS__NAME__USER,
    …__PASSWORD, …__KEY_FILE and …__KNOWN_HOSTS; refused in nightloom.toml."""

    ontology: Path | None = None
    """Ontology file; unset: `ontology.toml` here if there is one, else the one nightloom ships."""

    rules: Path | None = None
    """Folder of rule files; unset: `rules` beside the ontology file, if there."""

    data: Path = Path("data")
    """Folder of the corpora that training configurations name and that do not lie beside them."""

    max_vanished: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of a source that may vanish in one night; an empty folder always asks."""

    max_rejected: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Share of a source's documents that may be set aside before its run counts as failed; what
    could be read is in the graph all the same."""

    history_days: Annotated[int, Field(ge=1)] = 90
    """Days for which it is remembered what came, went and was restated, and because of what."""

    shard_documents: Annotated[int, Field(ge=1)] = 200
    """Documents a shard, which is one Prefect task; more where the sources of a run would have over
    16 shards together."""

    max_document_bytes: Annotated[int, Field(ge=1)] = 5_000_000
    """Longer documents are set aside: reading one takes as long as hundreds of others."""

    max_file_bytes: Annotated[int, Field(ge=1)] = _OF_CONVERTER["max_file_bytes"]
    """Longer files of formats that hold more than text (PDF, Word, e-mail) are set aside."""

    encoding: Annotated[str, AfterValidator(checked_encoding)] = ""
    """Encoding of texts that do not name theirs; unset: it is found out, text by text."""

    other_languages: Literal["read", "set_aside"] = "read"
    """What to do with documents in languages that the model does not read; they are reported."""

    scale: Literal["", "ray"] = ""
    """Who reads the documents: empty, the process of the run; `ray`, workers of Ray, on this
    machine or on several. One machine alone reads faster without."""

    listen: Literal["127.0.0.1", "0.0.0.0"] = "127.0.0.1"  # noqa: S104 - see below
    """Address that Prefect and the page listen on; `0.0.0.0` is for a container, whose ports are
    published on loopback."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    """How much the commands say on standard error."""

    log_format: Literal["text", "json"] = "text"
    """How log lines, progress and errors are written on standard error: `json` is one object a
    line, without secrets and texts of documents."""

    graph: GraphSettings = GraphSettings()
    extractor: ExtractorSettings = ExtractorSettings()
    models: ModelsSettings = ModelsSettings()
    inference: InferenceConfig = InferenceConfig()
    resolution: ResolutionSettings = ResolutionSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    prefect: PrefectSettings = PrefectSettings()
    page: PageSettings = PageSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    ray: RaySettings = RaySettings()
    sandbox: Limits = Limits()

    @field_validator("sources")
    @classmethod
    def _names_differ(cls, sources: tuple[AnySource, ...]) -> tuple[AnySource, ...]:
        for name, n_sources in Counter(source.name for source in sources).items():
            if n_sources > 1:
                raise ValueError(
                    f"{n_sources} sources are called {name!r}, so their documents would have the "
                    "same ids: give each a name of its own (name = …)"
                )
        return sources

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
        settings = Settings(**given)
    except ValidationError as error:
        raise _settings_error(error) from error
    except UnreadableSettingError as error:
        raise SettingsError(str(error)) from error
    give_credentials(settings.credentials)
    return settings


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
    setting_names = [*known_settings(), *(f"sources.{key}" for key in SOURCE_KEYS)]
    return [
        _unknown_sentence(origin, setting_names)
        for origin in origins()
        if (origin.setting not in setting_names and not _is_credential(origin))
        or _is_misplaced(origin)
    ]


def check_names() -> None:
    """Refuse names that are not settings, wherever they stand.

    Raises:
        SettingsError: Names the first of them and the setting that was probably meant.
    """
    for sentence in unknown_names():
        raise SettingsError(sentence)


def otlp_endpoint(settings: Settings) -> str:
    """Return where traces are sent: what the settings say, else OpenTelemetry's own variable."""
    return settings.telemetry.endpoint or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")


def inherited_environment() -> dict[str, str]:
    """Return the environment for programs we start: ours, without settings of another Prefect."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}


def _is_misplaced(origin: Origin) -> bool:
    return origin.setting.startswith("credentials") and origin.place == str(TOML_FILE)


def _is_credential(origin: Origin) -> bool:
    """Say whether this is what one source's credentials are set by, where they may be."""
    top, *rest = origin.setting.split(".")
    keys = {field.name for field in fields(Credentials)}
    is_setting = top == "credentials" and len(rest) == 2 and rest[1] in keys
    return is_setting and origin.place != str(TOML_FILE)


def _unknown_sentence(origin: Origin, setting_names: list[str]) -> str:
    if _is_misplaced(origin):
        return (
            f"{TOML_FILE} names credentials, and it is a file that people show each other: set "
            "NIGHTLOOM_CREDENTIALS__NAME__PASSWORD in the environment, with the source's name "
            "for NAME"
        )
    written = _written(origin.setting, origin.place)
    if instead := REMOVED.get(origin.setting):
        return f"{origin.place} names {written}, which is no setting any more: {instead}"
    near = difflib.get_close_matches(origin.setting, setting_names, n=1, cutoff=0.5)
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
        tables_of_name = value if isinstance(value, list) else [value]
        if tables_of_name and all(isinstance(table, dict) for table in tables_of_name):
            keys = dict.fromkeys(key for table in tables_of_name for key in table)
            yield from (Origin(f"{name}.{key}", str(TOML_FILE)) for key in keys)
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
    parts = [part for part in first["loc"] if isinstance(part, int | str)]
    message = first["msg"].removeprefix("Value error, ")
    reason = message[:1].lower() + message[1:]
    if parts[0] == "sources":
        return _source_error(parts, reason)
    setting = _setting_at(parts)
    place = next((o.place for o in origins() if o.setting == setting), "a keyword argument")
    return SettingsError(
        f"{environment_name(setting)} ({setting}), set in {place}: {reason}", setting=setting
    )


def _setting_at(parts: list[int | str]) -> str:
    """Return the setting of an error; behind its name pydantic says which kind was tried last."""
    names = [".".join(map(str, parts[:n_parts])) for n_parts in range(len(parts), 0, -1)]
    setting_names = known_settings()
    return next((name for name in names if name in setting_names), names[0])


def _source_error(parts: list[int | str], reason: str) -> SettingsError:
    """Say which of the sources is wrong, counted as a person counts them."""
    place = next((o.place for o in origins() if o.setting.split(".")[0] == "sources"), TOML_FILE)
    which = [part for part in parts[1:] if part not in ("folder", "remote")]
    number = f" number {which[0] + 1}" if which and isinstance(which[0], int) else ""
    key = f", {which[1]}" if len(which) > 1 else ""
    return SettingsError(f"[[sources]]{number}{key} in {place}: {reason}", setting="sources")


def shipped_samples() -> Path:
    """Return the sample documents with their ontology and rules: the wheel's, or the checkout's."""
    package = Path(__file__).parent
    shipped = package / "defaults" / "samples"
    return shipped if shipped.is_dir() else package.parent / "samples"


def _default_ontology() -> Path:
    """Return the working directory's ontology if it has one, else the one nightloom ships."""
    here = Path("ontology.toml")
    return here if here.is_file() else shipped_samples() / "ontology.toml"
