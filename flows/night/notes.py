"""What a rebuild has withdrawn and not yet brought back: a file, for the case that it is killed.

A rebuild withdraws documents from the ledger before it upserts them again, and writes down first
what the ledger had. If it is killed, the next rebuild finds here what is missing; what the ledger
has by then is right, whatever stands here. A document leaves the file when a night of its source
has seen that it is there or gone, or when it is forgotten; the file goes with the last one.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from flows.errors import DamagedNotesError
from graphdb import Version

Versions = dict[str, Version]

_MEANING = (
    "a rebuild that was killed noted there which documents are missing in the graph: run "
    "`nightloom ingest FOLDER` for each folder, which brings them back from the extraction store, "
    "then delete this file"
)
_VERSIONS: TypeAdapter[Versions] = TypeAdapter(Versions)


@dataclass(frozen=True, slots=True)
class RebuildNotes:
    """The versions, by document id, that an unfinished rebuild owes the graph."""

    path: Path

    def read(self) -> Versions:
        """Return what is still owed; nothing unless a rebuild was killed.

        Raises:
            DamagedNotesError: The file is there and cannot be understood; it stays as it is.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise DamagedNotesError(self.path, error.strerror or str(error), _MEANING) from error
        try:
            return _VERSIONS.validate_json(content)
        except ValidationError as error:
            raise DamagedNotesError(self.path, error.errors()[0]["msg"], _MEANING) from error

    def write(self, versions: Mapping[str, Version]) -> None:
        """Owe these versions, whole or not at all; owing nothing removes the file."""
        unfinished = self.path.with_suffix(".unfinished")
        if not versions:
            self.path.unlink(missing_ok=True)
            unfinished.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        data = {id_: asdict(version) for id_, version in versions.items()}
        unfinished.unlink(missing_ok=True)  # one that is there might be open to other people
        with open(unfinished, "x", opener=_private, encoding="utf-8") as file:
            json.dump(data, file)
        unfinished.replace(self.path)

    def drop(self, is_settled: Callable[[str], bool]) -> None:
        """Owe a document no more if this says so of its id.

        Raises:
            DamagedNotesError: Nobody can say what is owed; the file stays as it is.
        """
        versions = self.read()
        owed = {id_: version for id_, version in versions.items() if not is_settled(id_)}
        if owed != versions:
            self.write(owed)


def _private(path: str, flags: int) -> int:
    """Open a file that only its owner may read: ids and titles of documents stand in it."""
    return os.open(path, flags, 0o600)
