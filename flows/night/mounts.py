"""Which folders of a source were disks of their own when a night last saw them: a file.

A disk that is not mounted looks like a folder that somebody has emptied, or like none at all. Only
the memory of it tells the two apart. The file may be deleted: all that it prevents is asked for by
`max_vanished`, too, where it is much.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from flows.night.note_files import write_notes

_MOUNTS: TypeAdapter[dict[str, tuple[str, ...]]] = TypeAdapter(dict[str, tuple[str, ...]])


@dataclass(frozen=True, slots=True)
class MountNotes:
    """The mounted folders of each source, by their ids."""

    path: Path

    def of(self, source: str) -> tuple[str, ...]:
        """Return the folders of a source that were mounted; none if nothing was noted."""
        return self._read().get(source, ())

    def write(self, source: str, mounts: Iterable[str]) -> None:
        """Note which folders of a source are mounted, whole or not at all."""
        noted = self._read()
        mounted = {name: ids for name, ids in noted.items() if name != source}
        if now := tuple(sorted(mounts)):
            mounted[source] = now
        if mounted == noted:
            return
        write_notes(self.path, mounted)

    def _read(self) -> dict[str, tuple[str, ...]]:
        try:
            return _MOUNTS.validate_json(self.path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return {}
