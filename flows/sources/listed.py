"""One document as the listing of its source saw it."""

from dataclasses import dataclass

from flows.sources.folder import Folder
from flows.sources.remote import Remote
from flows.sources.values import Part

AnySource = Folder | Remote
"""All kinds of sources there are, by their classes: what travels has to be made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDocument:
    """One document as the listing saw it, and where its bytes stand."""

    id: str
    origin: AnySource
    file: str
    """Name of the file in its source."""

    raw_sha256: str
    """Digest of its bytes, as they stand in the source."""

    format: str
    """Name and version of the format that makes a text of the bytes."""

    path: tuple[Part | str, ...] = ()
    """The way to it within the file: parts of it, names of files in it; empty: the whole file."""

    holds_others: bool = False
    """Whether there may be documents within this one."""

    @property
    def source(self) -> str:
        """The name of its source."""
        return self.origin.name

    @property
    def name(self) -> str:
        """The name that says what its format is: that of the file, or of the one within it."""
        names = [step for step in self.path if isinstance(step, str)]
        return names[-1] if names else self.file

    @property
    def is_piece(self) -> bool:
        """Whether it was cut out of a file, and has no file's name."""
        return bool(self.path) and isinstance(self.path[-1], Part)

    @property
    def part(self) -> Part | None:
        """The part of a file of several documents; None: the whole file."""
        first = self.path[0] if self.path else None
        return first if isinstance(first, Part) else None
