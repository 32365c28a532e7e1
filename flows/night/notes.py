"""What a rebuild has withdrawn and not yet brought back: a file, for the case that it is killed.

A rebuild withdraws documents from the ledger before it upserts them again, and writes down first
what the ledger had. If it is killed, the next rebuild finds here what is missing; what the ledger
has by then is right, whatever stands here. A document leaves the file when a night of its source
has seen that it is there or gone, or when it is forgotten; the file goes with the last one.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from flows.night.note_files import read_notes, unfinished_file, write_notes
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
        return read_notes(self.path, _VERSIONS, {}, _MEANING)

    def write(self, versions: Mapping[str, Version]) -> None:
        """Owe these versions, whole or not at all; owing nothing removes the file."""
        if not versions:
            self.path.unlink(missing_ok=True)
            unfinished_file(self.path).unlink(missing_ok=True)
            return
        write_notes(self.path, {id_: asdict(version) for id_, version in versions.items()})

    def drop(self, is_settled: Callable[[str], bool]) -> None:
        """Owe a document no more if this says so of its id.

        Raises:
            DamagedNotesError: Nobody can say what is owed; the file stays as it is.
        """
        versions = self.read()
        owed = {id_: version for id_, version in versions.items() if not is_settled(id_)}
        if owed != versions:
            self.write(owed)
