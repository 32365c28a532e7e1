"""Looks into the files of a source: what documents each holds, and what is wrong with some."""

import hashlib
import io
import json
from dataclasses import asdict, dataclass, replace
from typing import BinaryIO

from flows.sources.converting import CHANGED, MAX_DEPTH, Converter
from flows.sources.folder import Folder
from flows.sources.formats import READ_FORMATS, Cut, Flaw, Format, format_of, too_long
from flows.sources.listed import AnySource, ListedDocument
from flows.sources.sandbox import ListedMember
from flows.sources.seen import Aside, Contents, Within
from flows.sources.values import Gap, OpenFile, Part, SetAside
from flows.text import SURROGATE, shown

VERSION = 1
"""Raised when other documents would be found in the same bytes."""


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
        self._hiding: dict[int, str] = {}
        """By number of what is set aside: the id at which it leaves a gap."""
        self._is_sure = True
        """Whether the same bytes hold the same on another day."""
        self._ways: dict[str, str] = {}

    def look_into(self, name: str, fingerprint: str = "") -> None:
        """List the documents of one file, or put it aside.

        Args:
            name: Name of the file in its source.
            fingerprint: What its place says of it; empty: nothing, so it is opened.
        """
        format_ = format_of(name)
        assert format_ is not None, f"{name} is of no known format"
        how = self._way(format_)
        # What its place says of a file may be what it said another night: then its digest is known
        # without a byte being fetched, and with the digest what it holds.
        digest = self.converter.seen.digest(self.source, name, fingerprint)
        seen = self.converter.seen.contents(digest, how) if digest else None
        if seen:
            self.converter.seen.saw(name)
            self._take_seen(name, seen)
            return
        opened: OpenFile | None = None
        try:
            opened = self.source.open(name)
            self._look_into(name, format_, how, opened)
        except OSError as error:
            self.put_file_aside(name, f"cannot be read: {error.strerror or error}")
        except ValueError as error:
            self.put_file_aside(name, str(error))
        finally:
            if opened:
                opened.close()

    def put_file_aside(self, name: str, reason: str) -> None:
        """Put a file or folder aside as a whole; whatever stood below it may be there still."""
        self._put_aside(self.id_of(name), reason, self.id_of(name))

    def id_of(self, name: str) -> str:
        """Return the id of a file; one whose name is not UTF-8 can be written, at least."""
        return f"{self.source.name}/{name}".encode("utf-8", "backslashreplace").decode()

    def _way(self, format_: Format) -> str:
        if format_.name not in self._ways:
            self._ways[format_.name] = _way_to_look(format_, self.max_bytes, self.converter)
        return self._ways[format_.name]

    def _look_into(self, name: str, format_: Format, how: str, opened: OpenFile) -> None:
        """Look into an opened file, unless somebody looked into the same bytes before."""
        self._check_length(format_, opened)
        # A plain file of this machine is soon read again; to remember it would take more room.
        is_remembered = format_.has_members or not isinstance(self.source, Folder)
        digest = ""
        if is_remembered:
            digest = _digest(opened)
        seen = self.converter.seen.contents(digest, how) if digest else None
        if seen is None:
            seen = self._listed_file(name, format_, opened)
        if opened.has_changed():
            # What stood in a file of many is taken: one that always grows would never be read.
            if format_.cut is not None or not format_.is_document:
                self._take_seen(name, seen)
            raise ValueError(CHANGED)
        self._take_seen(name, seen)
        if is_remembered and seen.is_sure:
            self.converter.seen.note(self.source, name, opened.fingerprint, digest, how, seen)

    def _listed_file(self, name: str, format_: Format, opened: OpenFile) -> Contents:
        """Return what is in a file."""
        # By itself, and with ids cut to what stands behind the file's: so what was found can be
        # remembered by the bytes alone, and is right for a file of another name, too.
        alone = Lister(self.source, self.max_bytes, self.converter)
        alone._list_file(name, format_, opened)
        end = len(self.id_of(name))
        return Contents(
            documents=tuple(
                Within(
                    end=id_[end:],
                    raw_sha256=listed.raw_sha256,
                    format=listed.format,
                    path=listed.path,
                    holds_others=listed.holds_others,
                )
                for id_, listed in alone.documents.items()
            ),
            set_aside=tuple(
                Aside(
                    end=aside.document[end:],
                    reason=aside.reason,
                    hides=alone._hiding[number][end:] if number in alone._hiding else None,
                )
                for number, aside in enumerate(alone.set_aside)
            ),
            ignored=tuple(id_[end:] for id_ in alone.ignored),
            is_sure=alone._is_sure,
        )

    def _take_seen(self, name: str, seen: Contents) -> None:
        """List what is in a file."""
        file_id = self.id_of(name)
        for aside in seen.set_aside:
            hides = None if aside.hides is None else file_id + aside.hides
            self._put_aside(file_id + aside.end, aside.reason, hides)
        self.ignored += [file_id + end for end in seen.ignored]
        for within in seen.documents:
            id_ = file_id + within.end
            if id_ in self.documents:  # a store may have an archive, and names that begin with its
                self._put_aside(id_, "is there twice, in an archive and beside it: rename one", id_)
                continue
            self.documents[id_] = ListedDocument(
                id=id_,
                origin=self.source,
                file=name,
                raw_sha256=within.raw_sha256,
                format=within.format,
                path=within.path,
                holds_others=within.holds_others,
            )

    def _check_length(self, format_: Format, opened: OpenFile) -> None:
        """Refuse a file by its length alone, before anything is read of it."""
        if opened.n_bytes == 0:
            raise ValueError("is empty: give it a text or delete it")
        if 0 < self.source.max_bytes < opened.n_bytes:
            raise ValueError(too_long(opened.n_bytes, self.source.max_bytes, "max_bytes"))
        most_bytes, setting = self.converter.most_bytes(format_, self.max_bytes)
        is_whole = format_.is_document and format_.cut is None
        if is_whole and opened.n_bytes > most_bytes:
            raise ValueError(too_long(opened.n_bytes, most_bytes, setting))

    def _list_file(self, name: str, format_: Format, opened: OpenFile) -> None:
        where = _Where(id=self.id_of(name), file=name)
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
            self._is_sure = False  # it may have been the time or the memory that ran out
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
            self._leave_out(self._writable(where.id), "has a name that is not UTF-8: rename it")
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
        """Put something aside; note the id below which it may hide documents, if it may."""
        aside = SetAside(document, reason)
        if hides is not None:
            self._hiding[len(self.set_aside)] = hides
            self.gaps.setdefault(hides, Gap(hides, str(aside)))
        self.set_aside.append(aside)

    def _writable(self, id_: str) -> str:
        return id_.encode("utf-8", "backslashreplace").decode()


def _digest(opened: OpenFile) -> str:
    """Return the digest of no more bytes than there were; what follows is another version."""
    digest, left = hashlib.sha256(), opened.n_bytes
    while left and (piece := opened.file.read(min(left, 1 << 20))):
        digest.update(piece)
        left -= len(piece)
    opened.file.seek(0)
    return digest.hexdigest()


def _way_to_look(format_: Format, max_bytes: int, converter: Converter) -> str:
    """Return all that decides what is found in bytes, besides the bytes."""
    limits = (max_bytes, converter.max_file_bytes, MAX_DEPTH, asdict(converter.limits))
    formats = [each.stamp(converter.encoding) for each in READ_FORMATS]
    said = json.dumps([VERSION, format_.name, limits, formats])
    return hashlib.sha256(said.encode()).hexdigest()[:16]
