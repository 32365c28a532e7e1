"""What is in one file of a source: its documents, what is wrong with some, files of other kinds."""

import hashlib
import io
from dataclasses import dataclass, replace
from typing import BinaryIO

from flows.sources.converting import MAX_DEPTH, Converter
from flows.sources.formats import Cut, Flaw, Format, format_of, too_long
from flows.sources.sandbox import ListedMember
from flows.sources.seen import Aside, Contents, Within
from flows.sources.values import OpenFile, Part
from flows.text import SURROGATE, shown, writable


def what_is_in(
    format_: Format, opened: OpenFile, *, max_bytes: int, converter: Converter
) -> Contents:
    """Return what is in a file.

    Ids are what stands behind the file's own: so what was found can be remembered by the bytes
    alone, and is right for a file of another name, too.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no file of this format; the end of a sentence says why.
    """
    looked = _FileLister(max_bytes, converter)
    looked.list_file(format_, opened)
    return Contents(
        documents=tuple(looked.documents.values()),
        set_aside=tuple(looked.set_aside),
        ignored=tuple(looked.ignored),
        is_sure=looked.is_sure,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """A file, or a file within one."""

    end: str = ""
    """What its id has after that of the outermost file."""

    path: tuple[Part | str, ...] = ()
    depth: int = 0

    def part(self, piece: Cut) -> "_Where":
        return replace(self, end=f"{self.end}/{piece.id}", path=(*self.path, piece.part))

    def member(self, name: str) -> "_Where":
        path = (*self.path, name)
        return replace(self, end=f"{self.end}/{name}", path=path, depth=self.depth + 1)


class _FileLister:
    """Looks into one file, and collects what it holds."""

    def __init__(self, max_bytes: int, converter: Converter) -> None:
        self.max_bytes = max_bytes
        self.converter = converter
        self.documents: dict[str, Within] = {}
        self.set_aside: list[Aside] = []
        self.ignored: list[str] = []
        self.is_sure = True
        """Whether the same bytes hold the same on another day."""

    def list_file(self, format_: Format, opened: OpenFile) -> None:
        where = _Where()
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
        end = f"{where.end}/{piece.id}"
        place = f"{where.end}, {format_.part_name} {piece.part.number},"
        if isinstance(piece, Cut) and end not in self.documents:
            self._add(where.part(piece), format_, piece.content)
        elif isinstance(piece, Cut):
            first = self.documents[end].path[-1]
            assert isinstance(first, Part), "what has the id of a piece is a piece of the same file"
            reason = (
                f"has the id {shown(piece.id)} of {format_.part_name} {first.number}: rename one"
            )
            self._put_aside(place, reason)
        elif piece.id:
            self._put_aside(end, piece.reason)
        else:
            # A line without an id may be any document of the file: nothing below it has vanished.
            self._put_aside(place, piece.reason, where.end)

    def _add(self, where: _Where, format_: Format, content: bytes) -> None:
        """List a document, and those within it."""
        self._list(where, format_, hashlib.sha256(content).hexdigest())
        if format_.has_members:
            self._list_members(where, format_, content)

    def _list(self, where: _Where, format_: Format, raw_sha256: str) -> None:
        self.documents[where.end] = Within(
            end=where.end,
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
            end = f"{where.end}/*" if format_.is_document else where.end
            self._put_aside(end, reason, where.end)

    def _take_member(self, within: _Where, member: ListedMember) -> None:
        where = within.member(member.name)
        format_ = format_of(member.name)
        most_bytes, setting = (
            self.converter.most_bytes(format_, self.max_bytes) if format_ else (0, "")
        )
        if member.reason:
            self._leave_out(where.end, member.reason)
        elif SURROGATE.search(member.name):
            self._leave_out(writable(where.end), "has a name that is not UTF-8: rename it")
        elif format_ is None:
            self.ignored.append(where.end)
        elif where.depth > MAX_DEPTH and (format_.has_members or format_.cut):
            self._leave_out(where.end, f"lies more than {MAX_DEPTH} files deep: unpack it")
        elif member.n_bytes > most_bytes and not format_.cut:
            self._leave_out(where.end, too_long(member.n_bytes, most_bytes, setting))
        elif where.end in self.documents:
            self._leave_out(where.end, "is there twice: rename one")
        elif format_.cut and member.content is not None:
            self._cut(where, format_, io.BytesIO(member.content), member.n_bytes)
        elif format_.has_members and member.content is not None:
            if format_.is_document:
                self._list(where, format_, member.sha256)
            self._list_members(where, format_, member.content)
        else:
            self._list(where, format_, member.sha256)

    def _leave_out(self, end: str, reason: str) -> None:
        """Put a file within a file aside, and whatever may be in it."""
        self._put_aside(end, reason, end)

    def _put_aside(self, end: str, reason: str, hides: str | None = None) -> None:
        self.set_aside.append(Aside(end=end, reason=reason, hides=hides))
