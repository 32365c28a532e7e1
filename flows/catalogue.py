"""Lists of names: countries with their peoples, and a catalogue of one's own."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractors.text import countries_named, folded_name, is_demonym
from flows.errors import SettingsError
from flows.settings import Settings
from flows.text import shown
from graphdb import Ontology
from graphdb.identity import normalised_name
from graphdb.resolution import PEOPLES, PLACES
from graphdb.spotting import KnownName


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The entries of lists that have a name."""

    entries: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """Of one's own list, by type and normalised name."""
    names: tuple[KnownName, ...] = ()
    """Of one's own list, as they are written there."""

    def __call__(self, type_: str, name: str) -> frozenset[str]:
        """Return the entries that have a name of a type; none where several countries have it."""
        own = self.entries.get((type_, normalised_name(name)), frozenset())
        countries = countries_named(name) if type_ in PLACES else ()
        if len(countries) != 1:
            return own
        (number,) = countries
        of_people = {f"{PEOPLES}{number}"} if is_demonym(folded_name(name)) else set()
        return own | {f"countries:{number}"} | of_people


def load_known(settings: Settings) -> tuple[Ontology, Catalogue]:
    """Return the ontology of the settings, with the names of their catalogue, and the catalogue.

    Whatever writes to the graph takes this ontology: both decide what documents say.

    Raises:
        OntologyError: The ontology file is wrong.
        SettingsError: The table cannot be read; names the line.
    """
    ontology = Ontology.load(settings.ontology_path)
    catalogue = read_catalogue(settings.resolution.catalogue, ontology)
    return ontology.knowing(catalogue.names), catalogue


def load_ontology(settings: Settings) -> Ontology:
    """Return the ontology alone; raises as `load_known`."""
    return load_known(settings)[0]


def read_catalogue(path: Path | None, ontology: Ontology) -> Catalogue:
    """Return the lists of names, with a table of one's own.

    Raises:
        SettingsError: The table cannot be read; names the line.
    """
    if path is None:
        return Catalogue()
    ids_by_name: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    ids_by_text: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for where, row in _rows(path):
        id_, type_ = row.get("id", ""), row.get("type", "")
        if not id_:
            raise _wrong(f"{where} has no id")
        if type_ not in ontology.resolved_types:
            types = ", ".join(sorted(ontology.resolved_types)) or "none"
            raise _wrong(
                f"{where} is of type {shown(type_)}, whose names are not resolved; the types with "
                f'identity = "resolved" are: {types}'
            )
        own = [name for column, text in row.items() if column.startswith("name") for name in
               text.split("|") if normalised_name(name)]  # fmt: skip
        if not own:
            raise _wrong(f"{where} has no name")
        for name in own:
            ids_by_name[type_, normalised_name(name)].add(f"catalogue:{id_}")
            ids_by_text[type_, " ".join(name.split())].add(id_)
    return Catalogue(
        {key: frozenset(ids) for key, ids in ids_by_name.items()},
        tuple(KnownName(*key, frozenset(ids)) for key, ids in sorted(ids_by_text.items())),
    )


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield where each row of a table stands, and what is in its columns."""
    columns, rows = _parquet(path) if path.suffix == ".parquet" else _text(path)
    columns = [column.strip().lower() for column in columns]
    missing = {"id", "type"} - set(columns)
    if missing or not any(column.startswith("name") for column in columns):
        raise _wrong(
            f"the catalogue {path} takes a header with id, type and name (more names in columns "
            f"that begin with name, or behind |), not {', '.join(columns) or 'an empty line'}"
        )
    for where, values in rows:
        yield f"{path}, {where}:", dict(zip(columns, map(str.strip, values), strict=False))


Rows = Iterator[tuple[str, list[str]]]


def _text(path: Path) -> tuple[list[str], Rows]:
    """Return the columns and the rows of a CSV or TSV."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(f"the catalogue {path} cannot be read: {error}") from error
    reader = csv.reader(lines, delimiter="\t" if path.suffix == ".tsv" else ",")
    columns = next(reader, [])
    return columns, ((f"line {reader.line_num}", values) for values in reader if values)


def _parquet(path: Path) -> tuple[list[str], Rows]:
    """Return the columns and the rows of a Parquet file; a list of names is one behind another."""
    try:
        from arro3.io import read_parquet
    except ImportError as error:
        raise _wrong(
            f"the catalogue {path} takes the role documents: pip install 'nightloom[documents]'"
        ) from error
    try:
        reader: Any = read_parquet(io.BytesIO(path.read_bytes()))
        names = list(reader.schema.names)
        values = [
            list(map(_cell, row))
            for batch in reader
            for row in zip(
                *([cell.as_py() for cell in column] for column in batch.columns), strict=True
            )
        ]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # of bytes that are no Parquet it says so by a panic, too
        raise _wrong(f"the catalogue {path} cannot be read: {error}") from error
    return names, ((f"row {number}", row) for number, row in enumerate(values, 1))


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(map(str, value))
    return "" if value is None else str(value)


def _wrong(why: str) -> SettingsError:
    return SettingsError(why, setting="resolution.catalogue")
