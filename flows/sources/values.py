"""What sources and formats are, and the words in which they say what they found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from extractors.facts import Place
from flows.text import shown


class UnreadableError(ValueError):
    """Bytes of which no text can be made; the message is the end of a sentence that says why."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that did not get into the graph, and the sentence that says why."""

    document: str
    reason: str
    traceback: str = ""
    """Only for an error that nobody expected."""

    stage: str = "discover"
    """The step that set it aside."""

    def __str__(self) -> str:
        return f"{shown(self.document)} {self.reason}"

    def to_dict(self) -> dict[str, str]:
        """Return what JSON says of it."""
        return {"document": self.document, "stage": self.stage, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Gap:
    """A place in a source where documents may be hidden: it cannot be said that they are gone."""

    id: str
    """Documents of this id, and of all ids below it (`id/…`), may be there."""

    sentence: str
    """What is there, and the way out."""

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of one document within a file of several."""

    number: int
    """Which part of the file it is, from 1: for a person who looks for it."""

    start: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a format makes of the bytes of one document."""

    text: str
    title: str = ""
    """Empty: it has none, and is called after its file."""

    author: str = ""
    date: str = ""
    """When it was written, as an ISO 8601 date."""

    language: str = ""
    """Code of the language that the file says it is in."""

    places: tuple[Place, ...] = ()
    """Pages, where the format has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a source finds when it looks around: names of files, relative to the source."""

    files: tuple[str, ...] = ()
    """Files of a known format, still to be looked into."""

    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """By name of a file: what is another when the file is another, if the place says so much."""

    flaws: tuple[tuple[str, str], ...] = ()
    """Names of what cannot be read, each with the end of a sentence that says why."""

    ignored: tuple[str, ...] = ()
    """Files of other kinds."""

    n_excluded: int = 0
    """Files and folders that the patterns of the source leave out."""

    mounts: tuple[str, ...] = ()
    """Folders where another disk begins; empty name: the source itself."""


class OpenFile(Protocol):
    """A file of a source while it is read."""

    @property
    def file(self) -> BinaryIO:
        """Its bytes, seekable."""

    @property
    def n_bytes(self) -> int:
        """How long it was when it was opened."""

    @property
    def fingerprint(self) -> str:
        """What its place said of it when it was opened, as in a listing; empty: too little."""

    @property
    def stamp(self) -> str:
        """What tells this version of it from others, as far as its place can say."""

    def has_changed(self) -> bool:
        """Say whether it was written since it was opened: cheap, nothing is read for it.

        Measured from the moment of `n_bytes`: what was written right after it has changed, too.
        """

    def close(self) -> None:
        """Let go of it."""


class Source(Protocol):
    """Where documents come from. Plain data, so that another process can read from it, too."""

    @property
    def name(self) -> str:
        """What the ids of its documents begin with."""

    @property
    def place(self) -> str:
        """Where it is, for people; nothing in it is secret."""

    @property
    def max_bytes(self) -> int:
        """Longest file of it that is read; 0: as the settings say."""

    def look(self) -> Holdings:
        """Find out what is there, without reading any file.

        Raises:
            SourceError: The source itself cannot be reached.
        """

    def look_at(self, file: str) -> Holdings:
        """Find out about one file alone.

        Raises:
            SourceError: It is no file of a kind that holds documents.
        """

    def open(self, name: str) -> OpenFile:
        """Open a file that `look` named, without ever waiting for somebody to write to it.

        Raises:
            OSError: It cannot be read.
            ValueError: It is nothing that could be read; the end of a sentence says why.
        """
