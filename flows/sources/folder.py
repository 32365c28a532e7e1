"""Folders of documents: what is in them tonight, and the text of one of them.

A folder is listed first (ids and digests, no texts), so that a million documents fit in memory;
texts are read again when their shard is extracted. Whatever cannot be read is set aside with its
reason. Where something unreadable may hide documents (a folder, a line without an id) the listing
has a *gap*: nothing may be taken for vanished then.

`.txt` and `.md` files are one document each, `{"id", "text", "title"?}` lines of a `.jsonl` file
too. Names that begin with a dot are not looked at; symbolic links may not lead out of the folder.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from extractors.facts import Document
from flows.errors import SourceError
from flows.sources.jsonl import Line, lines, parse_line
from flows.text import decode, flaw_of, shown

TEXT_SUFFIXES = frozenset({".txt", ".md"})
SUFFIXES = TEXT_SUFFIXES | {".jsonl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDocument:
    """One document as the listing saw it, and the bytes where its text stands."""

    id: str
    source: str
    title: str
    sha256: str
    path: Path
    line: Line | None = None
    """The line of a `.jsonl` file; None: the whole file."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a source holds tonight."""

    source: str
    documents: tuple[ListedDocument, ...]
    set_aside: tuple[SetAside, ...] = ()
    gaps: tuple[str, ...] = ()
    """Sentences about places where documents may be hidden; empty: the listing is complete."""

    n_ignored: int = 0
    """Files of other kinds."""

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing that could be a document, readable or not."""
        return not (self.documents or self.set_aside)


def source_name(folder: Path, name: str | None = None) -> str:
    """Return the name under which a folder's documents are kept: the given one or the folder's.

    Raises:
        SourceError: The name cannot begin an id.
    """
    source = name if name is not None else folder.resolve().name
    if not source or "/" in source or not source.isprintable():
        raise SourceError(
            f"{shown(source)!r} cannot be the name of a source: give one without slashes "
            "and control characters with --source"
        )
    return source


def check_folder(folder: Path) -> None:
    """Refuse a path that cannot be a source, before anything is started for it.

    Raises:
        SourceError: It is missing or no folder.
    """
    if not folder.exists():
        raise SourceError(f"there is no folder {shown(folder)}: check the path")
    if not folder.is_dir():
        raise SourceError(f"{shown(folder)} is not a folder: give the folder that holds it")


def list_folder(folder: Path, source: str, *, max_bytes: int) -> Listing:
    """Look at every document of a folder, in an order that depends on the names alone.

    Raises:
        SourceError: The folder is missing, no folder or unreadable.
    """
    check_folder(folder)
    root = folder.resolve()
    lister = _Lister(root=root, source=source, max_bytes=max_bytes)
    for path in lister.files(root):
        lister.look_at(path)
    if lister.root_error:
        raise SourceError(f"{shown(folder)} cannot be read: {lister.root_error}")
    return lister.listing()


def list_path(path: Path, source: str, *, max_bytes: int) -> Listing:
    """Look at every document of a folder, or at those of one file alone.

    Raises:
        SourceError: There is nothing of that name, or no file of a kind that holds documents.
    """
    if not path.is_file():
        return list_folder(path, source, max_bytes=max_bytes)
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        raise SourceError(f"{shown(path)} is no file of documents: give one of {kinds}")
    root = path.parent.resolve()
    lister = _Lister(root=root, source=source, max_bytes=max_bytes)
    lister.look_at(root / path.name)
    return lister.listing()


def read_document(listed: ListedDocument) -> Document:
    """Return a listed document with its text.

    Raises:
        SourceError: It has changed or gone since it was listed.
    """
    text = _text(listed)
    document = Document(id=listed.id, text=text, source=listed.source, title=listed.title)
    if document.sha256 != listed.sha256:
        raise SourceError("changed while the run was reading: the next run will take it")
    return document


def _text(listed: ListedDocument) -> str:
    try:
        with listed.path.open("rb") as file:
            if listed.line is None:
                return decode(file.read())
            file.seek(listed.line.start)
            return parse_line(file.read(listed.line.n_bytes)).text
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SourceError(str(error)) from error


def title_of(text: str) -> str:
    r"""Return the Markdown heading that a text begins with, or nothing.

    >>> title_of("# Marie Curie\n\nMarie Curie was …")
    'Marie Curie'
    """
    first = text.lstrip().split("\n", 1)[0].strip()
    return first.lstrip("#").strip() if first.startswith("#") else ""


class _Lister:
    """Collects what `list_folder` returns while it walks."""

    def __init__(self, *, root: Path, source: str, max_bytes: int) -> None:
        self.root = root
        self.source = source
        self.max_bytes = max_bytes
        self.documents: dict[str, ListedDocument] = {}
        self.set_aside: list[SetAside] = []
        self.gaps: list[str] = []
        self.n_ignored = 0
        self.root_error = ""

    def listing(self) -> Listing:
        return Listing(
            source=self.source,
            documents=tuple(self.documents.values()),
            set_aside=tuple(self.set_aside),
            gaps=tuple(self.gaps),
            n_ignored=self.n_ignored,
        )

    def files(self, folder: Path) -> Iterator[Path]:
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            if folder == self.root:
                self.root_error = error.strerror or str(error)
            self.gaps.append(f"{shown(self.name(folder))} cannot be read: {error.strerror}")
            return
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self.files(path)
            elif entry.is_symlink() and path.is_dir():
                self.put_aside(path, "is a link to a folder: give that folder as a source")
            elif path.suffix.lower() in SUFFIXES:
                yield path
            else:
                self.n_ignored += 1

    def look_at(self, path: Path) -> None:
        is_text = path.suffix.lower() in TEXT_SUFFIXES
        try:
            self.check_file(path)
            if is_text:
                self.list_text(path)
            else:
                self.list_lines(path)
        except OSError as error:
            self.put_aside(path, f"cannot be read: {error.strerror}", hides=not is_text)
        except ValueError as error:
            self.put_aside(path, str(error), hides=not is_text)

    def check_file(self, path: Path) -> None:
        if any("\ud800" <= character <= "\udfff" for character in str(path)):
            raise ValueError("has a name that is not UTF-8: rename it")
        if path.is_symlink():
            if not path.exists():
                raise ValueError("is a link to a file that is not there: remove or mend the link")
            if not path.resolve().is_relative_to(self.root):
                raise ValueError("is a link out of the folder: copy the file into it")
        if not stat.S_ISREG(path.stat().st_mode):
            raise ValueError("is no regular file: remove it")
        if path.stat().st_size == 0:
            raise ValueError("is empty: give it a text or delete it")

    def list_text(self, path: Path) -> None:
        n_bytes = path.stat().st_size
        if n_bytes > self.max_bytes:
            raise ValueError(self.too_long(n_bytes))
        text = decode(path.read_bytes())
        if flaw := flaw_of(text):
            raise ValueError(flaw)
        self.add(self.name(path), text, path, title_of(text) or path.stem)

    def list_lines(self, path: Path) -> None:
        with path.open("rb") as file:
            for line in lines(file, self.max_bytes):
                where = f"{self.name(path)}, line {line.number},"
                if line.n_bytes > self.max_bytes:
                    self.put_aside(where, self.too_long(line.n_bytes), hides=True)
                    continue
                self.list_line(where, path, line)

    def list_line(self, where: str, path: Path, line: Line) -> None:
        try:
            record = parse_line(line.content)
        except ValueError as error:
            self.put_aside(where, str(error), hides=True)
            return
        id_ = f"{self.source}/{record.id}"
        if flaw := record.flaw or flaw_of(record.text):
            self.put_aside(id_, flaw)
        else:
            self.add(id_, record.text, path, record.title, line.without_content())

    def add(self, id_: str, text: str, path: Path, title: str, line: Line | None = None) -> None:
        if id_ in self.documents:
            where = self.name(path) + (f", line {line.number}," if line else "")
            self.put_aside(where, f"has the id {shown(id_)} of another document: rename one")
            return
        sha256 = Document(id=id_, text=text).sha256
        self.documents[id_] = ListedDocument(
            id=id_, source=self.source, title=title, sha256=sha256, path=path, line=line
        )

    def put_aside(self, what: Path | str, reason: str, *, hides: bool = False) -> None:
        name = self.name(what) if isinstance(what, Path) else what
        aside = SetAside(name.encode("utf-8", "backslashreplace").decode(), reason)
        self.set_aside.append(aside)
        if hides:
            self.gaps.append(str(aside))

    def name(self, path: Path) -> str:
        return f"{self.source}/{path.relative_to(self.root).as_posix()}".removesuffix("/.")

    def too_long(self, n_bytes: int) -> str:
        return (
            f"is {n_bytes / 1e6:.1f} MB long, more than NIGHTLOOM_MAX_DOCUMENT_BYTES="
            f"{self.max_bytes}: split it or raise the setting"
        )
