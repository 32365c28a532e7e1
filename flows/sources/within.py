"""What is in one file of a source: its documents, what is wrong with some, files of other kinds."""

import hashlib
import io
from dataclasses import dataclass, replace
from typing import BinaryIO

from flows.sources.converting import MAX_DEPTH, Converter
from flows.sources.formats import Cut, Flaw, Format, format_of, too_long
from flows.sources.listed import AnySource, ListedDocument
from flows.sources.sandbox import ListedMember
from flows.sources.seen import Aside, Contents, Within
from flows.sources.values import OpenFile, Part, SetAside
from flows.text import SURROGATE, shown


def what_is_in(
    source: AnySource,
    name: str,
    format_: Format,
    opened: OpenFile,
    *,
    max_bytes: int,
    converter: Converter,
) -> Contents:
    """Return what is in a file.

    Ids are cut to what stands behind the file's own: so what was found can be remembered by the
    bytes alone, and is right for a file of another name, too.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no file of this format; the end of a sentence says why.
    """
    looked = _FileLister(source, max_bytes, converter)
    looked.list_file(name, format_, opened)
    end = len(id_of(source, name))
    return Contents(
        documents=tuple(
            Within(
                end=id_[end:],
                raw_sha256=listed.raw_sha256,
                format=listed.format,
                path=listed.path,
                holds_others=listed.holds_others,
            )
            for id_, listed in looked.documents.items()
        ),
        set_aside=tuple(
            Aside(
                end=aside.document[end:],
                reason=aside.reason,
                hides=None if hides is None else hides[end:],
            )
            for aside, hides in looked.set_aside
        ),
        ignored=tuple(id_[end:] for id_ in looked.ignored),
        is_sure=looked.is_sure,
    )


def id_of(source: AnySource, name: str) -> str:
    """Return the id of a file; one whose name is not UTF-8 can be written, at least."""
    return _writable(f"{source.name}/{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """A file, or a file within one."""

    id: str
    file: str
    """Name of the outermost file in its source."""

    path: tuple[Part | str, ...] = ()
    depth: int = 0

    def part(self, piece: Cut) -> "_Where":
        return replace(self, id=f"{self.id}/{piece.id}", path=(*self.path, piece.part))

    def member(self, name: str) -> "_Where":
        path = (*self.path, name)
        return replace(self, id=f"{self.id}/{name}", path=path, depth=self.depth + 1)


class _FileLister:
    """Looks into one file, and collects what it holds."""

    def __init__(self, source: AnySource, max_bytes: int, converter: Converter) -> None:
        self.source = source
        self.max_bytes = max_bytes
        self.converter = converter
        self.documents: dict[str, ListedDocument] = {}
        self.set_aside: list[tuple[SetAside, str | None]] = []
        """What cannot be taken, and the id below which it may hide documents, if it may."""
        self.ignored: list[str] = []
        self.is_sure = True
        """Whether the same bytes hold the same on another day."""

    def list_file(self, name: str, format_: Format, opened: OpenFile) -> None:
        where = _Where(id=id_of(self.source, name), file=name)
        if format_.cut is not None:
            self._cut(where, format_, opened.file, opened.n_bytes)
        elif not format_.is_document:
            self._list_members(where, format_, opened.file)
        else:
            # No more than there was: a file that grows as fast as it is read would have no end.
            self._add(where, format_, opened.file.read(opened.n_bytes))

    def _cut(self, where: _Where, format_: Format, file: BinaryIO, n_bytes: int) -> None:
        assert format_.cut, f"{format_.name} has parts"
        most_bytes, _ = self.converter.most_bytes(format_, self.max_bytes)
        for piece in format_.cut(file, n_bytes, most_bytes):
            self._take_piece(where, format_, piece)

    def _take_piece(self, where: _Where, format_: Format, piece: Cut | Flaw) -> None:
        """Take one piece of a file of several documents.

        Its id begins with that of the file: two files may well number their lines alike.
        """
        id_ = f"{where.id}/{piece.id}"
        place = f"{where.id}, {format_.part_name} {piece.part.number},"
        if isinstance(piece, Cut) and id_ not in self.documents:
            self._add(where.part(piece), format_, piece.content)
        elif isinstance(piece, Cut):
            first = self.documents[id_].path[-1]
            assert isinstance(first, Part), "what has the id of a piece is a piece of the same file"
            reason = (
                f"has the id {shown(piece.id)} of {format_.part_name} {first.number}: rename one"
            )
            self._put_aside(place, reason)
        elif piece.id:
            self._put_aside(id_, piece.reason)
        else:
            # A line without an id may be any document of the file: nothing below it has vanished.
            self._put_aside(place, piece.reason, where.id)

    def _add(self, where: _Where, format_: Format, content: bytes) -> None:
        """List a document, and those within it."""
        self._list(where, format_, hashlib.sha256(content).hexdigest())
        if format_.has_members:
            self._list_members(where, format_, content)

    def _list(self, where: _Where, format_: Format, raw_sha256: str) -> None:
        self.documents[where.id] = ListedDocument(
            id=where.id,
            origin=self.source,
            file=where.file,
            raw_sha256=raw_sha256,
            format=format_.stamp(self.converter.encoding),
            path=where.path,
            holds_others=format_.has_members,
        )

    def _list_members(self, where: _Where, format_: Format, file: BinaryIO | bytes) -> None:
        """List the files within a file; one that cannot be listed to its end may hide others."""
        members, reason = self.converter.members(format_, file)
        for member in members:
            self._take_member(where, member)
        if reason:
            self.is_sure = False  # it may have been the time or the memory that ran out
            # The document itself is listed, and may well be read: what it holds is what is not.
            id_ = f"{where.id}/*" if format_.is_document else where.id
            self._put_aside(id_, reason, where.id)

    def _take_member(self, within: _Where, member: ListedMember) -> None:
        where = within.member(member.name)
        format_ = format_of(member.name)
        most_bytes, setting = (
            self.converter.most_bytes(format_, self.max_bytes) if format_ else (0, "")
        )
        if member.reason:
            self._leave_out(where.id, member.reason)
        elif SURROGATE.search(member.name):
            self._leave_out(_writable(where.id), "has a name that is not UTF-8: rename it")
        elif format_ is None:
            self.ignored.append(where.id)
        elif where.depth > MAX_DEPTH and (format_.has_members or format_.cut):
            self._leave_out(where.id, f"lies more than {MAX_DEPTH} files deep: unpack it")
        elif member.n_bytes > most_bytes and not format_.cut:
            self._leave_out(where.id, too_long(member.n_bytes, most_bytes, setting))
        elif where.id in self.documents:
            self._leave_out(where.id, "is there twice: rename one")
        elif format_.cut and member.content is not None:
            self._cut(where, format_, io.BytesIO(member.content), member.n_bytes)
        elif format_.has_members and member.content is not None:
            if format_.is_document:
                self._list(where, format_, member.sha256)
            self._list_members(where, format_, member.content)
        else:
            self._list(where, format_, member.sha256)

    def _leave_out(self, id_: str, reason: str) -> None:
        """Put a file within a file aside, and whatever may be in it."""
        self._put_aside(id_, reason, id_)

    def _put_aside(self, document: str, reason: str, hides: str | None = None) -> None:
        self.set_aside.append((SetAside(document, reason), hides))


def _writable(id_: str) -> str:
    return id_.encode("utf-8", "backslashreplace").decode()
