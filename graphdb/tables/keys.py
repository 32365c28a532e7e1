"""Rows that columns name by key: which row of which document a key leads to.

A row is looked for in the document itself, then in its source, then in all sources. What is found
first counts, so that two sources may number their rows alike. Where two documents give one key to
two things, it leads nowhere.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from graphdb.identity import hashed, untidiness


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """That a row of a document has a key by which other documents may name it."""

    key: str
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class NamedByKey:
    """That rows of a document name something by the key of another document's row."""

    key: str
    type: str
    text: str
    """What stands in the cells."""
    rows: tuple[int, ...]
    columns: tuple[str, ...]
    """The column of each of these rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowElsewhere:
    """A row of some document as others find it by its key."""

    document_id: str
    source: str
    entity: str
    """The key of the entity that the name stands for in that document."""
    name: str


RowsElsewhere = Callable[[Collection[str]], Mapping[str, Sequence[RowElsewhere]]]
"""Returns the rows of all documents that have each of some keys."""


def no_rows(keys: Collection[str]) -> Mapping[str, Sequence[RowElsewhere]]:  # noqa: ARG001
    """Return nothing: there are no other documents."""
    return {}


def row_key(key_set: str, type_: str, text: str) -> str:
    """Return what the rows of one key have in common, whichever documents they stand in."""
    return hashed("row", key_set, type_, text)


def row_meant(rows: Sequence[RowElsewhere], source: str) -> RowElsewhere | None:
    """Return the row that a document of a source means by a key; None if nobody can tell."""
    candidates = candidate_rows(rows, source)
    if len({row.entity for row in candidates}) != 1:
        return None
    # Of several spellings always the same, whatever was read first.
    return min(candidates, key=lambda row: (untidiness(row.name), row.document_id))


def candidate_rows(rows: Sequence[RowElsewhere], source: str) -> Sequence[RowElsewhere]:
    """Return those of the rows that a document of a source may mean."""
    return [row for row in rows if row.source == source] or rows
