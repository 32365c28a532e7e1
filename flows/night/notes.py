"""What a rebuild has withdrawn and not yet brought back: a file, for the case that it is killed.

A rebuild withdraws documents from the ledger before it upserts them again, and writes down first
what the ledger had. If it is killed, the next rebuild finds here what is missing; what the ledger
has by then is right, whatever stands here. A document leaves the file when a night of its source
has seen that it is there or gone, or when it is forgotten; the file goes with the last one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from graphdb import Version

Versions = dict[str, Version]


@dataclass(frozen=True, slots=True)
class RebuildNotes:
    """The versions, by document id, that an unfinished rebuild owes the graph."""

    path: Path

    def read(self) -> Versions:
        """Return what is still owed; nothing unless a rebuild was killed."""
        if not self.path.exists():
            return {}
        data = json.loads(self.path.read_text("utf-8"))
        return {id_: Version(**version) for id_, version in data.items()}

    def write(self, versions: Mapping[str, Version]) -> None:
        """Owe these versions, whole or not at all; owing nothing removes the file."""
        unfinished = self.path.with_suffix(".unfinished")
        if not versions:
            self.path.unlink(missing_ok=True)
            unfinished.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        data = {id_: asdict(version) for id_, version in versions.items()}
        unfinished.write_text(json.dumps(data), "utf-8")
        unfinished.replace(self.path)

    def drop(self, is_settled: Callable[[str], bool]) -> None:
        """Owe a document no more if this says so of its id."""
        versions = self.read()
        self.write({id_: version for id_, version in versions.items() if not is_settled(id_)})
