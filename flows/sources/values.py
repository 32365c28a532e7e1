"""What a source holds tonight: documents, what was set aside, and where documents may be hidden."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol

from flows.text import shown

NO_SUFFIX = "no suffix"


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that did not get into the graph, and the sentence that says why."""

    document: str
    reason: str
    traceback: str = ""
    """Only for an error that nobody expected."""

    def __str__(self) -> str:
        return f"{shown(self.document)} {self.reason}"

    def to_dict(self) -> dict[str, str]:
        """Return what JSON says of it."""
        return {"document": self.document, "reason": self.reason}


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
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a source finds when it looks around: names of files, relative to the source."""

    files: tuple[str, ...] = ()
    """Files of a known format, still to be looked into."""

    flaws: tuple[tuple[str, str], ...] = ()
    """Names of what cannot be read, each with the end of a sentence that says why."""

    ignored: tuple[str, ...] = ()
    """Files of other kinds."""

    n_excluded: int = 0
    """Files and folders that the patterns of the source leave out."""


class OpenFile(Protocol):
    """A file of a source while it is read."""

    @property
    def file(self) -> BinaryIO:
        """Its bytes, seekable."""

    @property
    def n_bytes(self) -> int:
        """How long it was when it was opened."""

    def fingerprint(self) -> str:
        """Return what changes whenever the file is written: cheap, nothing is read for it."""

    def close(self) -> None:
        """Let go of it."""


class Source(Protocol):
    """Where documents come from. Plain data, so that another process can read from it, too."""

    @property
    def name(self) -> str:
        """What the ids of its documents begin with."""

    def look(self) -> Holdings:
        """Find out what is there, without reading any file.

        Raises:
            SourceError: The source itself cannot be reached.
        """

    def open(self, name: str) -> OpenFile:
        """Open a file that `look` named, without ever waiting for somebody to write to it.

        Raises:
            OSError: It cannot be read.
            ValueError: It is nothing that could be read; the end of a sentence says why.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDocument:
    """One document as the listing saw it, and where its bytes stand."""

    id: str
    origin: Source
    file: str
    """Name of the file in its source."""

    raw_sha256: str
    """Digest of its bytes, as they stand in the source."""

    format: str
    """Name and version of the format that makes a text of the bytes."""

    part: Part | None = None
    """The part of a file of several documents; None: the whole file."""

    @property
    def source(self) -> str:
        """The name of its source."""
        return self.origin.name


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a source holds tonight."""

    source: str
    documents: tuple[ListedDocument, ...]
    set_aside: tuple[SetAside, ...] = ()
    gaps: tuple[Gap, ...] = ()
    ignored: tuple[str, ...] = field(default=(), repr=False)
    """Ids that files of other kinds would have."""

    n_excluded: int = 0
    """Files and folders that the patterns of the source leave out."""

    scope: str = ""
    """The id of the one file that was listed; empty: the whole source."""

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing that could be a document, readable or not."""
        return not (self.documents or self.set_aside)

    @property
    def ignored_by_suffix(self) -> dict[str, int]:
        """How many files of each other kind there are, the most frequent first."""
        suffixes = (PurePosixPath(name).suffix.lower() or NO_SUFFIX for name in self.ignored)
        return dict(sorted(Counter(suffixes).items(), key=lambda pair: (-pair[1], pair[0])))

    def covers(self, id_: str) -> bool:
        """Say whether this listing looked where a document of this id would be."""
        return not self.scope or _is_at_or_below(id_, self.scope)

    def hiding(self, id_: str) -> Gap | None:
        """Return the place where a document that was not listed may be hidden, if there is one.

        A file of any kind that stands where the folder of the document was counts: a mirror or a
        check-out that knows no folders or links leaves such files in their place.
        """
        for above in _at_and_above(id_):
            if above in self._gaps_by_id:
                return self._gaps_by_id[above]
            if above != id_ and above in self._files_without_parts:
                where = shown(above)
                return Gap(above, f"{where} is a file where a folder was: move or rename the file")
        return None

    @cached_property
    def _gaps_by_id(self) -> dict[str, Gap]:
        return {gap.id: gap for gap in self.gaps}

    @cached_property
    def _files_without_parts(self) -> frozenset[str]:
        whole_files = (document.id for document in self.documents if document.part is None)
        return frozenset(self.ignored).union(whole_files)


def _at_and_above(id_: str) -> Iterator[str]:
    """Yield an id and the ids of all that it lies in: `s/a/b`, `s/a`, `s`."""
    while True:
        yield id_
        if "/" not in id_:
            return
        id_ = id_.rpartition("/")[0]


def _is_at_or_below(id_: str, above: str) -> bool:
    return id_ == above or id_.startswith(f"{above}/")
