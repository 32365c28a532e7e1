"""Lists the documents of a source, and reads one of them.

A source is listed first (ids and digests, no texts), so that a million documents fit in memory; the
text of a document is made when its shard is extracted, and only if its bytes are not those that the
graph has. All bytes are read every night: a time stamp says too little of them (`docs/sources.md`).

Whatever cannot be read is set aside with its reason. It is a gap, too, where it may hide documents
of other ids: those below it cannot be said to have vanished.
"""

import hashlib
from dataclasses import replace
from pathlib import Path, PurePosixPath

from extractors import language_of
from extractors.facts import Document
from flows.errors import SourceError
from flows.sources.folder import Folder, check_folder
from flows.sources.formats import Cut, Flaw, Format, format_of, too_long
from flows.sources.listed import AnySource, ListedDocument, Listing
from flows.sources.values import Gap, Holdings, OpenFile, Part, SetAside
from flows.text import flaw_of, shown

CHANGED = "changed while the run was reading: the next run will take it"


def source_name(folder: Path, name: str | None = None) -> str:
    """Return the name under which a folder's documents are kept: the given one or the folder's.

    Raises:
        SourceError: The name cannot begin an id.
    """
    source = name if name is not None else folder.resolve().name
    if not source or "/" in source or not source.isprintable():
        raise SourceError(
            f"“{shown(source)}” cannot be the name of a source: give one without slashes "
            "and control characters with --source"
        )
    return source


def list_folder(folder: Path, source: str, *, max_bytes: int) -> Listing:
    """Look at every document of a folder, in an order that depends on the names alone.

    Raises:
        SourceError: The folder is missing, no folder or unreadable.
    """
    return list_source(Folder(name=source, path=folder), max_bytes=max_bytes)


def list_path(path: Path, source: str, *, max_bytes: int) -> Listing:
    """Look at every document of a folder, or at those of one file alone.

    Raises:
        SourceError: There is nothing of that name, or no file of a kind that holds documents.
    """
    if path.is_dir() or not path.exists():
        return list_folder(path, source, max_bytes=max_bytes)
    return list_file(Folder(name=source, path=path.parent), path.name, max_bytes=max_bytes)


def list_source(source: AnySource, *, max_bytes: int) -> Listing:
    """Look at every document of a source.

    Raises:
        SourceError: The source cannot be reached.
    """
    return _listed(source, source.look(), max_bytes)


def list_file(folder: Folder, file: str, *, max_bytes: int) -> Listing:
    """Look at the documents of one file of a folder alone; of all others it says nothing.

    Raises:
        SourceError: The folder is none, or the file is of no kind that holds documents.
    """
    check_folder(folder.path)
    listing = _listed(folder, folder.look_at(file), max_bytes)
    return replace(listing, scope=f"{folder.name}/{file}")


def read_document(listed: ListedDocument) -> Document:
    """Return a listed document with its text.

    Raises:
        SourceError: Its bytes are no text, or have changed or gone since they were listed.
    """
    format_ = format_of(listed.file)
    if format_ is None or format_.stamp != listed.format:
        raise SourceError(f"is of the format {listed.format}, which is not known here: run again")
    try:
        content = _content(listed)
        if hashlib.sha256(content).hexdigest() != listed.raw_sha256:
            raise SourceError(CHANGED)
        made = format_.convert(content, PurePosixPath(listed.file).stem)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise SourceError(str(error)) from error
    if flaw := flaw_of(made.text):
        raise SourceError(flaw)
    return Document(
        id=listed.id,
        text=made.text,
        source=listed.source,
        title=made.title,
        raw_sha256=listed.raw_sha256,
        format=listed.format,
        language=language_of(made.text),
    )


def _content(listed: ListedDocument) -> bytes:
    opened = listed.origin.open(listed.file)
    try:
        if listed.part is None:
            # One byte more than there was: if it is there, the digest is another.
            return opened.file.read(opened.n_bytes + 1)
        opened.file.seek(listed.part.start)
        return opened.file.read(listed.part.n_bytes)
    finally:
        opened.close()


def _listed(source: AnySource, holdings: Holdings, max_bytes: int) -> Listing:
    lister = _Lister(source, max_bytes)
    for name, reason in holdings.flaws:
        lister.put_file_aside(name, reason)
    for name in holdings.files:
        lister.look_into(name)
    return Listing(
        source=source.name,
        documents=tuple(lister.documents.values()),
        set_aside=tuple(sorted(lister.set_aside, key=lambda aside: aside.document)),
        gaps=tuple(lister.gaps.values()),
        ignored=tuple(map(lister.id_of, holdings.ignored)),
        n_excluded=holdings.n_excluded,
        mounts=tuple(lister.id_of(name).removesuffix("/") for name in holdings.mounts),
    )


class _Lister:
    """Looks into the files of a source, and collects what they hold."""

    def __init__(self, source: AnySource, max_bytes: int) -> None:
        self.source = source
        self.max_bytes = max_bytes
        self.documents: dict[str, ListedDocument] = {}
        self.set_aside: list[SetAside] = []
        self.gaps: dict[str, Gap] = {}

    def look_into(self, name: str) -> None:
        """List the documents of one file, or put it aside."""
        format_ = format_of(name)
        assert format_ is not None, f"{name} is of no known format"
        opened: OpenFile | None = None
        try:
            opened = self.source.open(name)
            self.list_file(name, format_, opened)
        except OSError as error:
            self.put_file_aside(name, f"cannot be read: {error.strerror or error}")
        except ValueError as error:
            self.put_file_aside(name, str(error))
        finally:
            if opened:
                opened.close()

    def list_file(self, name: str, format_: Format, opened: OpenFile) -> None:
        if opened.n_bytes == 0:
            raise ValueError("is empty: give it a text or delete it")
        if format_.cut is not None:
            for piece in format_.cut(opened.file, opened.n_bytes, self.max_bytes):
                self.take(name, format_, piece)
            content = b""
        elif opened.n_bytes > self.max_bytes:
            raise ValueError(too_long(opened.n_bytes, self.max_bytes))
        else:
            # No more than there was: a file that grows as fast as it is read would have no end.
            content = opened.file.read(opened.n_bytes)
        if opened.has_changed():
            raise ValueError(CHANGED)
        if format_.cut is None:
            self.add(self.id_of(name), name, format_, content)

    def take(self, file: str, format_: Format, piece: Cut | Flaw) -> None:
        """Take one piece of a file of several documents.

        Its id begins with that of the file: two files may well number their lines alike.
        """
        id_ = f"{self.id_of(file)}/{piece.id}"
        where = f"{self.id_of(file)}, line {piece.part.number},"
        if isinstance(piece, Cut) and id_ not in self.documents:
            self.add(id_, file, format_, piece.content, piece.part)
        elif isinstance(piece, Cut):
            first = self.documents[id_].part
            assert first, "what has the id of a piece is a piece of the same file"
            reason = f"has the id {shown(piece.id)} of line {first.number}: rename one"
            self.set_aside.append(SetAside(where, reason))
        elif piece.id:
            self.set_aside.append(SetAside(id_, piece.reason))
        else:
            aside = SetAside(where, piece.reason)
            self.set_aside.append(aside)
            self.gaps.setdefault(self.id_of(file), Gap(self.id_of(file), str(aside)))

    def add(
        self, id_: str, file: str, format_: Format, content: bytes, part: Part | None = None
    ) -> None:
        self.documents[id_] = ListedDocument(
            id=id_,
            origin=self.source,
            file=file,
            raw_sha256=hashlib.sha256(content).hexdigest(),
            format=format_.stamp,
            part=part,
        )

    def put_file_aside(self, name: str, reason: str) -> None:
        """Put a file or folder aside as a whole; whatever stood below it may be there still."""
        aside = SetAside(self.id_of(name), reason)
        self.set_aside.append(aside)
        self.gaps.setdefault(aside.document, Gap(aside.document, str(aside)))

    def id_of(self, name: str) -> str:
        """Return the id of a file; one whose name is not UTF-8 can be written, at least."""
        return f"{self.source.name}/{name}".encode("utf-8", "backslashreplace").decode()
