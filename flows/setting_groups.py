"""Groups of settings with their defaults, and what a table of `[[sources]]` may say.

Here stands what a group is; `flows.settings` reads them from the environment and files.
"""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, SecretStr, Tag

from extractors import ExtractorConfig
from flows.errors import SourceError
from flows.sources import (
    Folder,
    Remote,
    checked_address,
    checked_name,
    is_address,
    known_encoding,
    name_for,
    source_name,
)
from graphdb import GraphConfig
from graphdb.embedded import EmbeddedConfig
from graphdb.resolution import Cutoffs

TOML_FILE = Path("nightloom.toml")
AUTO = "auto"
"""In place of a model's name: each document is read by the model of its language."""

Port = Annotated[int, Field(ge=1, le=65535)]
Share = Annotated[float, Field(ge=0, le=1)]


# The default of a library's setting is written in the library, and nowhere else.
_OF_GRAPH: dict[str, Any] = {field.name: field.default for field in fields(GraphConfig)}
_OF_EMBEDDED: dict[str, Any] = {field.name: field.default for field in fields(EmbeddedConfig)}


def checked_encoding(name: str) -> str:
    """Return the name of an encoding if there is such; empty stays empty.

    Raises:
        ValueError: There is none of that name.
    """
    return known_encoding(name) if name else ""


def _without_login(address: str, instead: str) -> str:
    """Refuse an address with a user or a password in it: addresses are shown, in errors too."""
    plain, decoded = address, unquote(address)
    while decoded != plain:  # written as %40, or as %2540
        plain, decoded = decoded, unquote(decoded)
    if "@" in plain or "password=" in plain.lower():
        raise ValueError(
            f"holds a user name or a password, and addresses are shown in messages: {instead}"
        )
    return address


def _address_of_graph(uri: str) -> str:
    return _without_login(
        uri,
        "write only what stands behind the @, and set NIGHTLOOM_GRAPH__USER and "
        "NIGHTLOOM_GRAPH__PASSWORD",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSettings:
    """Where the graph is: a server of yours, or the one nightloom starts."""

    uri: Annotated[str, AfterValidator(_address_of_graph)] | None = None
    """Address of a Neo4j server (`bolt://…`, `neo4j+s://…`); set, nothing is started."""

    user: str = "neo4j"
    """User name on that server."""

    password: SecretStr | None = None
    """Password on that server; the embedded server makes its own."""

    auth_file: Path | None = None
    """File that holds both, `neo4j/PASSWORD`, and is read in place of them."""

    database: str | None = _OF_GRAPH["database"]
    """Database on that server; unset: the user's home database."""

    bolt_port: Port = _OF_EMBEDDED["bolt_port"]
    """Port of the embedded server for drivers and the Browser's queries."""

    http_port: Port = _OF_EMBEDDED["http_port"]
    """Port of the embedded server for Neo4j Browser."""

    patience_s: Annotated[float, Field(ge=0)] = _OF_GRAPH["patience_s"]
    """How long to keep trying when the server is gone or busy."""

    lease_s: Annotated[float, Field(ge=3)] = _OF_GRAPH["lease_s"]
    """How long after the death of a run another may take the graph over."""

    heap_mb: Annotated[int, Field(ge=256)] = _OF_EMBEDDED["heap_mb"]
    """Java heap of the embedded server, in MB."""


def _listed(value: Any) -> Any:
    """Read a list that the environment gives as JSON; pydantic leaves those inside tables alone."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise ValueError('should be a list in JSON, as ["A", "B"]') from error


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractorSettings(ExtractorConfig):
    """Which model reads the documents, and how it is run."""

    model: str = AUTO
    """`auto`: each document is read by the model that was promoted, or else by the one of its
    language that comes with nightloom. Or the name of one of these, `candidate`, the folder of one
    you trained, or a reader: its name, `MODULE:FACTORY` or
    `FILE.py:FACTORY` (docs/readers.md)."""

    left_out: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """Types of the model that the ontology leaves out on purpose, as JSON; `["*"]`: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsSettings:
    """How a model comes to serve in place of another (`nightloom models promote`)."""

    sample: Annotated[int, Field(ge=1)] = 50
    """Documents that both read, so that what they state can be compared."""

    max_removed: Share = 0.25
    """Share of the facts that the new one may leave out; more is promoted only on demand."""

    gold: Path | None = None
    """Labelled documents on which both are measured; the same ones every time."""

    behaviours: Path | None = None
    """Cases of behaviours on which both are measured (docs/behaviours.md)."""

    min_mention_f1: Share = 0.0
    """F1 of mentions on the gold documents of which the new one may not fall short."""

    min_relation_f1: Share = 0.0
    """F1 of relations on the gold documents of which the new one may not fall short."""

    min_behaviours: Share = 0.0
    """Share of the cases of behaviours of which the new one may not fall short."""

    max_fall: Share = 0.05
    """How far each of these figures may lie below that of the model that reads now."""

    configs: Path = Path("configs")
    """Folder of the training configurations that the form of `retrain` offers."""

    backfill: Annotated[int, Field(ge=0)] = 0
    """Documents a night and source that are read again only because another model serves now, the
    oldest first; 0: all of them at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionSettings(Cutoffs):
    """Which names are taken for one thing."""

    every_night: bool = False
    """Whether each night ends by joining names that mean one thing, as `nightloom resolve` does."""

    catalogue: Path | None = None
    """Table of known things (TSV, CSV, Parquet: id, type, names); names of one id are one thing,
    and are found in texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingSettings:
    """Which passages can be found by their meaning."""

    every_night: bool = False
    """Whether each night ends by giving new passages their vectors, as `nightloom embed` does."""

    per_night: Annotated[int, Field(ge=0)] = 0
    """Documents that a night gives vectors at most; 0: all that wait for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefectSettings:
    """The Prefect server that `nightloom up` starts."""

    port: Port = 4200
    """Port of the server and its UI."""

    cron: str = "0 2 * * *"
    """When the deployment `nightly` runs, unless somebody gave it a schedule in the UI."""

    timezone: str = "UTC"
    """Time zone of that schedule."""

    wait_s: Annotated[float, Field(ge=0)] = 3600.0
    """How long a run waits for another one that holds the graph before it steps aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSettings:
    """The page on which people ask the graph without Cypher (`nightloom up`, `nightloom page`)."""

    port: Port = 4280
    """Port of the page."""


def _address_of_receiver(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ValueError("is no address of OTLP over HTTP: write http://HOST:4318")
    return _without_login(address, "set OTEL_EXPORTER_OTLP_HEADERS in the environment")


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetrySettings:
    """Who receives traces and figures of runs."""

    endpoint: Annotated[str, AfterValidator(_address_of_receiver)] | None = None
    """Address of an OpenTelemetry receiver (OTLP over HTTP, `http://localhost:4318`) that each run
    tells how long its steps took and what came of them; unset: OTEL_EXPORTER_OTLP_ENDPOINT."""


def _address_of_cluster(address: str) -> str:
    return _without_login(address, "a cluster asks for a token, which docs/scale.md tells of")


@dataclass(frozen=True, slots=True, kw_only=True)
class RaySettings:
    """Where Ray reads, if NIGHTLOOM_SCALE is `ray` (docs/scale.md)."""

    address: Annotated[str, AfterValidator(_address_of_cluster)] = ""
    """Address of the head of a cluster that this machine belongs to (`10.0.0.1:6379`); empty: one
    is started here for each run and ends with it."""

    workers: Annotated[int, Field(ge=0)] = 0
    """Processes that read, each with a model of its own; 0: one for each GPU, or for each
    NIGHTLOOM_EXTRACTOR__THREADS processors, of which a worker has one unless that is set."""


def _named_source(table: Any) -> Any:
    """Complete a table of `[[sources]]`: paths are relative to its file, and name it by default."""
    if not isinstance(table, dict):
        return table
    if "url" in table:  # it has been completed before, or somebody wrote it so
        return table | {"url": _checked_url(table["url"])}
    if not (isinstance(table.get("path"), str) and table["path"]):
        raise ValueError('has no path that is a string: write path = "FOLDER"')
    if is_address(table["path"]):
        return _named_remote(table)
    if "credentials" in table:
        raise ValueError(
            "is a folder and has credentials, which addresses alone have: leave them out"
        )
    path = TOML_FILE.absolute().parent / Path(table["path"]).expanduser()
    try:
        name = source_name(path, table.get("name"))
    except (SourceError, TypeError) as error:
        raise ValueError(str(error)) from error
    return table | {"path": path, "name": name}


def _checked_url(url: Any) -> str:
    try:
        return checked_address(str(url))
    except SourceError as error:
        raise ValueError(str(error)) from error


def _named_remote(table: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in table.items() if key != "path"}
    try:
        url = checked_address(table["path"])
        return rest | {"url": url, "name": checked_name(table.get("name", name_for(url)))}
    except (SourceError, TypeError) as error:
        raise ValueError(str(error)) from error


SOURCE_KEYS = (*(field.name for field in fields(Folder)), "credentials")
"""What a table of `[[sources]]` may have; the last of them only where it has an address."""


def _kind_of_source(source: Any) -> str:
    is_remote = "url" in source if isinstance(source, dict) else isinstance(source, Remote)
    return "remote" if is_remote else "folder"


SourceTable = Annotated[
    Annotated[Folder, Tag("folder")] | Annotated[Remote, Tag("remote")],
    Discriminator(_kind_of_source),
    BeforeValidator(_named_source),
]
