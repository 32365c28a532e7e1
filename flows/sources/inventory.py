"""What a source holds tonight, in a file: what is held in memory of a document is a number.

    inventory   the file: listed documents in their order, found by id; files of other kinds
    documents   some of them, as ranges of their numbers; what travels to another process

A night compares, cuts and counts a million documents, and has in memory those that it works on.
The file is deleted by whoever made it.
"""

import json
import os
import sqlite3
import sys
import tempfile
import weakref
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, overload

from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import core_schema

from flows.errors import SourceError
from flows.sources.listed import AnySource, ListedDocument
from flows.sources.values import Part

ROWS = 1000
"""Documents that are read from the file at a time."""

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE sources (number INTEGER PRIMARY KEY, said TEXT);
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, raw_sha256 TEXT, is_file INTEGER, said TEXT
);
CREATE TABLE others (number INTEGER PRIMARY KEY, id TEXT UNIQUE);
"""

_SOURCE: TypeAdapter[AnySource] = TypeAdapter(AnySource)

_OPEN: "weakref.WeakValueDictionary[Path, Inventory]" = weakref.WeakValueDictionary()
"""Inventories that this process has open: all parts of a night look into the same one."""


class Inventory:
    """The documents that a listing came upon, in their order, and the files of other kinds."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self._database = database
        self._sources: list[AnySource] = []
        weakref.finalize(self, database.close)
        _OPEN[path] = self

    @classmethod
    def create(cls, path: Path | None = None) -> "Inventory":
        """Make an empty one.

        Args:
            path: The file to make; None: one of its own, which goes when nobody holds it any more.
        """
        if path is None:
            handle, name = tempfile.mkstemp(prefix="nightloom-", suffix=".listing")
            os.close(handle)
            inventory = cls(Path(name), _connection(name))
            weakref.finalize(inventory, Path(name).unlink, missing_ok=True)
        else:
            path.touch(mode=0o600)
            inventory = cls(path, _connection(str(path)))
        inventory._database.executescript(_TABLES)
        return inventory

    @classmethod
    def open(cls, path: Path) -> "Inventory":
        """Open one that was made and filled here or elsewhere.

        Raises:
            SourceError: It is not there.
        """
        if path in _OPEN:
            return _OPEN[path]
        try:
            inventory = cls(path, _connection(f"{path.absolute().as_uri()}?mode=ro"))
            rows = inventory._database.execute("SELECT said FROM sources ORDER BY number")
        except sqlite3.Error as error:
            raise SourceError(
                f"{path}, which lists the documents of this run, cannot be read ({error}): run "
                "again, with the same NIGHTLOOM_HOME for all processes of a run"
            ) from error
        inventory._sources = [_SOURCE.validate_json(said) for (said,) in rows]
        return inventory

    def add(self, listed: ListedDocument) -> bool:
        """Add a document behind the others; return whether there was none of its id.

        Raises:
            SourceError: There is no room for it.
        """
        if listed.origin not in self._sources:
            said = _SOURCE.dump_json(listed.origin).decode()
            self._write("INSERT INTO sources VALUES (?, ?)", len(self._sources), said)
            self._sources.append(listed.origin)
        path = [
            step if isinstance(step, str) else [step.number, step.start, step.n_bytes]
            for step in listed.path
        ]
        origin = self._sources.index(listed.origin)
        said = json.dumps([origin, listed.file, listed.format, path, int(listed.holds_others)])
        is_file = not (listed.path or listed.holds_others)
        n_added = self._write(
            "INSERT OR IGNORE INTO documents (id, raw_sha256, is_file, said) VALUES (?, ?, ?, ?)",
            *(listed.id, listed.raw_sha256, is_file, said),
        )
        return n_added == 1

    def add_other(self, id_: str) -> None:
        """Add a file of another kind, by the id that it would have."""
        self._write("INSERT OR IGNORE INTO others (id) VALUES (?)", id_)

    def fill(self) -> None:
        """Say that it is complete: only then can others open it.

        Raises:
            SourceError: There is no room for it.
        """
        with self._room():
            self._database.commit()

    def n_documents(self) -> int:
        """Return how many documents it lists; their numbers are 1 to this one."""
        return self._one("SELECT count(*) FROM documents")

    def documents(self) -> "ListedDocuments":
        """Return all documents."""
        return ListedDocuments(self, [(1, self.n_documents() + 1)])

    def find(self, id_: str) -> tuple[int, ListedDocument] | None:
        """Return the number of a document, and itself; None: it has none of this id."""
        rows = self._database.execute(
            "SELECT number, id, raw_sha256, said FROM documents WHERE id = ?", (id_,)
        )
        found = rows.fetchone()
        return (found[0], self._document(*found[1:])) if found else None

    def has_file(self, id_: str) -> bool:
        """Say whether this is the id of a file in which no document can be, of whatever kind."""
        return bool(
            self._one("SELECT count(*) FROM documents WHERE id = ? AND is_file", id_)
            or self._one("SELECT count(*) FROM others WHERE id = ?", id_)
        )

    def others(self) -> Iterator[str]:
        """Yield the ids that the files of other kinds would have."""
        return (id_ for (id_,) in self._database.execute("SELECT id FROM others ORDER BY number"))

    def between(self, first: int, end: int) -> Iterator[ListedDocument]:
        """Yield the documents from one number up to another."""
        for start in range(first, end, ROWS):
            # In whole pieces: a cursor that is left open would keep others from writing.
            rows = self._database.execute(
                "SELECT id, raw_sha256, said FROM documents WHERE number >= ? AND number < ? "
                "ORDER BY number",
                (start, min(start + ROWS, end)),
            ).fetchall()
            for row in rows:
                yield self._document(*row)

    def _document(self, id_: str, raw_sha256: str, said: str) -> ListedDocument:
        origin, file, format_, path, holds_others = json.loads(said)
        return ListedDocument(
            id=id_,
            origin=self._sources[origin],
            file=file,
            raw_sha256=raw_sha256,
            format=sys.intern(format_),
            path=tuple(step if isinstance(step, str) else Part(*step) for step in path),
            holds_others=bool(holds_others),
        )

    def _write(self, statement: str, *values: str | int) -> int:
        """Write one row, and return how many rows that made."""
        with self._room():
            return self._database.execute(statement, values).rowcount

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise SourceError(
                f"{self.path}, which lists the documents of this run, cannot be written ({error}): "
                "make room on its disk, then run again"
            ) from error

    def _one(self, query: str, *values: str) -> int:
        number: int = self._database.execute(query, values).fetchone()[0]
        return number


class ListedDocuments(Sequence[ListedDocument]):
    """Some documents of an inventory, in an order of their own, each read when it is asked for."""

    def __init__(self, inventory: Inventory, ranges: Iterable[tuple[int, int]]) -> None:
        self.inventory = inventory
        # Two numbers a range, eight bytes each: most parts of a night are a few ranges.
        self._ends = array("Q")
        self._n = 0
        for first, end in ranges:
            self._n += end - first
            if first == end:
                continue
            if self._ends and self._ends[-1] == first:
                self._ends[-1] = end
            else:
                self._ends.extend((first, end))

    @classmethod
    def of(cls, documents: Iterable[ListedDocument]) -> "ListedDocuments":
        """Return documents that no listing has come upon, in an inventory of their own."""
        inventory = Inventory.create()
        for listed in documents:
            assert inventory.add(listed), f"{listed.id} is there twice"
        inventory.fill()
        return inventory.documents()

    @property
    def ranges(self) -> Iterator[tuple[int, int]]:
        """Their numbers, as first ones and ends."""
        return zip(self._ends[::2], self._ends[1::2], strict=True)

    @property
    def numbers(self) -> Iterator[int]:
        """Their numbers in the inventory, the first of which is 1."""
        return (number for first, end in self.ranges for number in range(first, end))

    def numbered(self, numbers: Iterable[int]) -> "ListedDocuments":
        """Return the documents of these numbers, in this order."""
        return ListedDocuments(self.inventory, ((number, number + 1) for number in numbers))

    def without(self, ids: Collection[str]) -> "ListedDocuments":
        """Return all but the documents of these ids, and those of other ids."""
        left_out = {found[0] for found in map(self.inventory.find, ids) if found}
        if not left_out:
            return self
        return self.numbered(number for number in self.numbers if number not in left_out)

    def __len__(self) -> int:
        return self._n

    def __iter__(self) -> Iterator[ListedDocument]:
        for first, end in self.ranges:
            yield from self.inventory.between(first, end)

    @overload
    def __getitem__(self, place: int) -> ListedDocument: ...
    @overload
    def __getitem__(self, place: slice) -> "ListedDocuments": ...
    def __getitem__(self, place: int | slice) -> "ListedDocument | ListedDocuments":
        if isinstance(place, slice):
            start, stop, step = place.indices(self._n)
            assert step == 1, "documents are cut, and never picked by turns"
            return ListedDocuments(self.inventory, self._cut(start, stop))
        at = place + self._n if place < 0 else place
        if not 0 <= at < self._n:
            raise IndexError(place)
        return next(iter(self[at : at + 1]))

    def __add__(self, others: "ListedDocuments") -> "ListedDocuments":
        assert others.inventory.path == self.inventory.path, "they are of one listing"
        return ListedDocuments(self.inventory, (*self.ranges, *others.ranges))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ListedDocuments):
            return NotImplemented
        return len(self) == len(other) and all(
            mine == theirs for mine, theirs in zip(self, other, strict=True)
        )

    def __repr__(self) -> str:
        return f"ListedDocuments({self._n} of {self.inventory.path.name})"

    # Two that are equal may stand in two files.
    __hash__ = None  # type: ignore[assignment]

    def _cut(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of those from one place up to another."""
        before = 0
        for first, end in self.ranges:
            low, high = max(start - before, 0), min(stop - before, end - first)
            if low < high:
                yield first + low, first + high
            before += end - first

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _validated,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda documents: {
                    "inventory": str(documents.inventory.path),
                    "ends": list(documents._ends),
                }
            ),
        )


def _connection(name: str) -> sqlite3.Connection:
    return sqlite3.connect(name, uri=name.startswith("file:"), check_same_thread=False)


def _validated(given: Any) -> ListedDocuments:
    if isinstance(given, ListedDocuments):
        return given
    ends = given["ends"]
    inventory = Inventory.open(Path(given["inventory"]))
    return ListedDocuments(inventory, zip(ends[::2], ends[1::2], strict=True))
