"""What a format has to be able to do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
    version: int
    """Raised when the same bytes would give another text: documents are converted again then."""

    suffixes: frozenset[str]
    convert: Callable[[bytes, str], Content]
    """Takes the bytes of one document and its file's name without suffix; raises ValueError with
    the end of a sentence that says what is wrong with them."""

    cut: Callable[[BinaryIO, int, int], Iterator[Cut | Flaw]] | None = None
    """Cuts a file of several documents, given its length and the limit of one; None: a file is one
    document."""

    @property
    def stamp(self) -> str:
        """Name and version, as the graph keeps them."""
        return f"{self.name}/{self.version}"


def too_long(n_bytes: int, max_bytes: int) -> str:
    """Say of a document that it is longer than the setting allows."""
    return (
        f"is {n_bytes / 1e6:.1f} MB long, more than NIGHTLOOM_MAX_DOCUMENT_BYTES="
        f"{max_bytes}: split it or raise the setting"
    )
