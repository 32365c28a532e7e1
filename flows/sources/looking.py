"""Looks into the files of a source: what documents each holds, and what is wrong with some."""

import hashlib
import io
from dataclasses import dataclass, replace
from typing import BinaryIO

from flows.sources.converting import CHANGED, MAX_DEPTH, Converter
from flows.sources.formats import Cut, Flaw, Format, format_of, too_long
from flows.sources.listed import AnySource, ListedDocument
from flows.sources.sandbox import ListedMember
from flows.sources.values import Gap, OpenFile, Part, SetAside
from flows.text import SURROGATE, shown


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


class Lister:
    """Looks into the files of a source, and collects what they hold."""

    def __init__(self, source: AnySource, max_bytes: int, converter: Converter) -> None:
        self.source = source
        self.max_bytes = max_bytes
        self.converter = converter
        self.documents: dict[str, ListedDocument] = {}
        self.set_aside: list[SetAside] = []
        self.gaps: dict[str, Gap] = {}
        self.ignored: list[str] = []

    def look_into(self, name: str) -> None:
        """List the documents of one file, or put it aside."""
        format_ = format_of(name)
        assert format_ is not None, f"{name} is of no known format"
        opened: OpenFile | None = None
        try:
            opened = self.source.open(name)
            self._list_file(name, format_, opened)
        except OSError as error:
            self.put_file_aside(name, f"cannot be read: {error.strerror or error}")
        except ValueError as error:
            self.put_file_aside(name, str(error))
        finally:
            if opened:
                opened.close()

    def put_file_aside(self, name: str, reason: str) -> None:
        """Put a file or folder aside as a whole; whatever stood below it may be there still."""
        self._put_aside(self.id_of(name), reason)

    def id_of(self, name: str) -> str:
        """Return the id of a file; one whose name is not UTF-8 can be written, at least."""
        return f"{self.source.name}/{name}".encode("utf-8", "backslashreplace").decode()

    def _list_file(self, name: str, format_: Format, opened: OpenFile) -> None:
        where = _Where(id=self.id_of(name), file=name)
        if opened.n_bytes == 0:
            raise ValueError("is empty: give it a text or delete it")
        most_bytes, setting = self.converter.most_bytes(format_, self.max_bytes)
        content = b""
        if format_.cut is not None:
            self._cut(where, format_, opened.file, opened.n_bytes)
        elif not format_.is_document:
            self._list_members(where, format_, opened.file)
        elif opened.n_bytes > most_bytes:
            raise ValueError(too_long(opened.n_bytes, most_bytes, setting))
        else:
            # No more than there was: a file that grows as fast as it is read would have no end.
            content = opened.file.read(opened.n_bytes)
        if opened.has_changed():
            raise ValueError(CHANGED)
        if content:
            self._add(where, format_, content)

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
            self.set_aside.append(SetAside(place, reason))
        elif piece.id:
            self.set_aside.append(SetAside(id_, piece.reason))
        else:
            aside = SetAside(place, piece.reason)
            self.set_aside.append(aside)
            self.gaps.setdefault(where.id, Gap(where.id, str(aside)))

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
            # The document itself is listed, and may well be read: what it holds is what is not.
            id_ = f"{where.id}/*" if format_.is_document else where.id
            self.set_aside.append(SetAside(id_, reason))
            self.gaps.setdefault(where.id, Gap(where.id, f"{shown(id_)} {reason}"))

    def _take_member(self, within: _Where, member: ListedMember) -> None:
        where = within.member(member.name)
        format_ = format_of(member.name)
        most_bytes, setting = (
            self.converter.most_bytes(format_, self.max_bytes) if format_ else (0, "")
        )
        if member.reason:
            self._put_aside(where.id, member.reason)
        elif SURROGATE.search(member.name):
            self._put_aside(self._writable(where.id), "has a name that is not UTF-8: rename it")
        elif format_ is None:
            self.ignored.append(where.id)
        elif where.depth > MAX_DEPTH and (format_.has_members or format_.cut):
            self._put_aside(where.id, f"lies more than {MAX_DEPTH} files deep: unpack it")
        elif member.n_bytes > most_bytes and not format_.cut:
            self._put_aside(where.id, too_long(member.n_bytes, most_bytes, setting))
        elif where.id in self.documents:
            self._put_aside(where.id, "is there twice: rename one")
        elif format_.cut and member.content is not None:
            self._cut(where, format_, io.BytesIO(member.content), member.n_bytes)
        elif format_.has_members and member.content is not None:
            if format_.is_document:
                self._list(where, format_, member.sha256)
            self._list_members(where, format_, member.content)
        else:
            self._list(where, format_, member.sha256)

    def _put_aside(self, id_: str, reason: str) -> None:
        aside = SetAside(id_, reason)
        self.set_aside.append(aside)
        self.gaps.setdefault(aside.document, Gap(aside.document, str(aside)))

    def _writable(self, id_: str) -> str:
        return id_.encode("utf-8", "backslashreplace").decode()
