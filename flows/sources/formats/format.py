"""What a format has to be able to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import BinaryIO

from flows.sources.values import Content, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One document cut out of a file of several."""

    part: Part
    id: str
    """What tells it from the other documents of its file."""

    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """A part of a file that cannot be taken."""

    part: Part
    reason: str
    id: str = ""
    """Which document it is; empty: nobody knows, so it may be any of the file's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How bytes become text. Converting the same bytes gives the same text, on every machine."""

    name: str
    title: str
    """What people call it."""

    version: int
    """Raised when the same bytes would give another text: documents are converted again then."""

    suffixes: tuple[str, ...]
    convert: Callable[[bytes, str], Content] | None = None
    """Takes the bytes of one document and the encoding that a setting names; raises ValueError with
    the end of a sentence that says what is wrong with them. None: it is done in the sandbox."""

    cut: Callable[[BinaryIO, int, int], Iterator[Cut | Flaw]] | None = None
    """Cuts a file of several documents, given its length and the limit of one; None: a file is one
    document."""

    conversion: str = ""
    """The module of `flows.sources.conversions` that converts it in the sandbox; empty: none."""

    part_name: str = "line"
    """What people call a piece that is cut out of it, when they count."""

    is_document: bool = True
    """Whether a file, or a piece that was cut of it, has a text of its own."""

    has_members: bool = False
    """Whether there are files within it, each a document of its own: a mail, an archive."""

    pictures: str = ""
    """The module that draws its pages; empty: they are not drawn."""

    needs: tuple[str, ...] = ()
    """The distributions without which it is not read."""

    def stamp(self, encoding: str = "") -> str:
        """Return name and version, as the graph keeps them, with the encoding that is pinned."""
        return f"{self.name}/{self.version}" + (f" in {encoding}" if encoding else "")

    @property
    def missing(self) -> tuple[str, ...]:
        """What it needs and is not installed."""
        return tuple(name for name in self.needs if not _is_installed(name))


def too_long(n_bytes: int, max_bytes: int, setting: str = "NIGHTLOOM_MAX_DOCUMENT_BYTES") -> str:
    """Say of a document that it is longer than the setting allows."""
    return (
        f"is {n_bytes / 1e6:.1f} MB long, more than {setting}={max_bytes}: split it or raise the "
        "setting"
    )


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
