"""What nights remember of the files of sources: which bytes they had, and what is in such bytes.

    files      name of a file, what its place says of it    ──►  digest of its bytes
    contents   digest of bytes, how they are looked into    ──►  the documents in them

With the first a remote file that did not change is not fetched, with the second an archive that was
moved or renamed is not unpacked again. No text is kept here, and a file that is gone is forgotten
with the next listing. The whole may be deleted: the next night looks at all files again.
"""

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from flows.errors import DamagedNotesError, SourceError
from flows.sources.values import Part, Source

_TABLES = """
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS files (
    source TEXT, place TEXT, name TEXT, fingerprint TEXT, sha256 TEXT, how TEXT,
    PRIMARY KEY (source, place, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contents (
    sha256 TEXT, how TEXT, said TEXT, PRIMARY KEY (sha256, how)
) WITHOUT ROWID;
CREATE TEMP TABLE tonight (name TEXT PRIMARY KEY) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A document as it stands in a file, whatever that is called."""

    end: str
    """What its id has after that of the file."""

    raw_sha256: str
    format: str
    path: tuple[Part | str, ...] = ()
    holds_others: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What cannot be taken of a file, whatever that is called."""

    end: str
    reason: str
    hides: str | None
    """The end of the id below which it may hide documents; None: it hides none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that is in a file."""

    documents: tuple[Within, ...] = ()
    set_aside: tuple[Aside, ...] = ()
    ignored: tuple[str, ...] = ()
    is_sure: bool = True
    """Whether the same bytes hold the same on another day."""


_MEANING = "it only spares nights some work: delete it, and the next night looks at all files again"

AT_ONCE = 200
"""How many files are written at once."""

_CONTENTS: TypeAdapter[Contents] = TypeAdapter(Contents)


class Seen:
    """A small database beside the extractions; without a path it lives as long as the process."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._tonight: list[str] = []
        self._contents: dict[tuple[str, str], Contents] = {}
        self._files: list[tuple[str, ...]] = []

    def digest(self, source: Source, name: str, fingerprint: str) -> str:
        """Return the digest that a file had when its place said the same; empty: not known."""
        if not fingerprint:
            return ""
        found = self._ask(
            "SELECT sha256 FROM files "
            "WHERE source = ? AND place = ? AND name = ? AND fingerprint = ?",
            (source.name, source.place, name, fingerprint),
        )
        return str(found[0]) if found else ""

    def contents(self, sha256: str, how: str) -> Contents | None:
        """Return what is in a file of these bytes, if somebody looked into it in this way."""
        if (sha256, how) in self._contents:
            return self._contents[sha256, how]
        query = "SELECT said FROM contents WHERE sha256 = ? AND how = ?"
        found = self._ask(query, (sha256, how))
        try:
            return _CONTENTS.validate_json(found[0]) if found else None
        except ValidationError:
            return None  # another version of nightloom wrote it: it is looked at again

    def note(
        self,
        source: Source,
        name: str,
        fingerprint: str,
        sha256: str,
        how: str,
        contents: Contents,
    ) -> None:
        """Remember what is in a file, and which bytes it has."""
        self._contents[sha256, how] = contents
        self._files.append((source.name, source.place, name, fingerprint, sha256, how))
        self.saw(name)
        if len(self._files) >= AT_ONCE:
            self._write()

    def saw(self, name: str) -> None:
        """Take down that a file is still there."""
        self._tonight.append(name)
        if len(self._tonight) >= AT_ONCE:
            self._write()

    def keep_only(self, source: Source) -> None:
        """Forget all files of a source that were not seen since this was called last."""
        if self._is_unused:
            return
        self._write()
        self._all(
            "DELETE FROM files WHERE source = ? "
            "AND (place <> ? OR name NOT IN (SELECT name FROM tonight))",
            (source.name, source.place),
        )
        self._all("DELETE FROM tonight")
        self._let_go()

    def forget(self, source: str) -> None:
        """Forget all files of a source; they are looked at again."""
        if self._is_unused:
            return
        self._write()
        self._all("DELETE FROM files WHERE source = ?", (source,))
        self._let_go()

    def close(self) -> None:
        """Write what is not written yet, and close the database."""
        self._write()
        if self._database:
            self._database.close()
            self._database = None

    @property
    def _is_unused(self) -> bool:
        is_there = self._database is not None or (self._path is not None and self._path.exists())
        return not (is_there or self._files or self._tonight)

    def _ask(self, query: str, values: tuple[str, ...]) -> tuple[str, ...] | None:
        rows = self._all(query, values)
        return rows[0] if rows else None

    def _all(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
        try:
            with closing(self._opened().execute(query, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.OperationalError as error:
            raise SourceError(
                f"{self._path} cannot be written ({error}): make room on its disk, or wait for the "
                "other run, then run again"
            ) from error
        except sqlite3.DatabaseError as error:
            path = self._path or Path(":memory:")
            raise DamagedNotesError(path, str(error), _MEANING) from error

    def _write(self) -> None:
        # At once and not one by one: another night must not wait while this one fetches files.
        for (sha256, how), contents in self._contents.items():
            said = _CONTENTS.dump_json(contents, exclude_defaults=True).decode()
            self._all("INSERT OR REPLACE INTO contents VALUES (?, ?, ?)", (sha256, how, said))
        for row in self._files:
            self._all("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", row)
        for name in self._tonight:
            self._all("INSERT OR IGNORE INTO tonight VALUES (?)", (name,))
        if self._files or self._tonight:
            self._opened().commit()
        self._contents.clear()
        self._files.clear()
        self._tonight.clear()

    def _let_go(self) -> None:
        """Forget what is in bytes that no file has any more."""
        self._all("DELETE FROM contents WHERE (sha256, how) NOT IN (SELECT sha256, how FROM files)")
        self._opened().commit()

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            # One thread at a time uses it, not always the one that opened it.
            place = ":memory:"
            if self._path:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                # SQLite's own files beside it take its mode: names of documents stand in them.
                with suppress(OSError):  # if it cannot be opened, SQLite says so below
                    os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
                    self._path.chmod(0o600)  # an older one may be open to all
                place = str(self._path)
            self._database = sqlite3.connect(place, timeout=60, check_same_thread=False)
            self._database.executescript(_TABLES)
        return self._database
