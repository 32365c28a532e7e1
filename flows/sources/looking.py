"""Looks into the files of a source, and lists what they hold in an inventory.

What is in a file is found by `within`, or is known from another night, by its bytes.
"""

import hashlib
import json
from dataclasses import asdict

from flows.sources.converting import CHANGED, MAX_DEPTH, Converter
from flows.sources.folder import Folder
from flows.sources.formats import READ_FORMATS, Format, format_of, too_long
from flows.sources.inventory import Inventory
from flows.sources.listed import AnySource, ListedDocument
from flows.sources.seen import Contents
from flows.sources.values import Gap, OpenFile, SetAside
from flows.sources.within import what_is_in
from flows.text import writable

VERSION = 1
"""Raised when other documents would be found in the same bytes."""


class Lister:
    """Looks into the files of a source, and collects what they hold."""

    def __init__(
        self, source: AnySource, max_bytes: int, converter: Converter, inventory: Inventory
    ) -> None:
        self.source = source
        self.max_bytes = max_bytes
        self.converter = converter
        self.inventory = inventory
        self.set_aside: list[SetAside] = []
        self.gaps: dict[str, Gap] = {}
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
        id_ = id_of(self.source, name)
        self._put_aside(id_, reason, id_)

    def ignore(self, name: str) -> None:
        """List a file of another kind."""
        self.inventory.add_other(id_of(self.source, name))

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
            seen = what_is_in(format_, opened, max_bytes=self.max_bytes, converter=self.converter)
        if opened.has_changed():
            # What stood in a file of many is taken: one that always grows would never be read.
            if format_.cut is not None or not format_.is_document:
                self._take_seen(name, seen)
            raise ValueError(CHANGED)
        self._take_seen(name, seen)
        if is_remembered and seen.is_sure:
            self.converter.seen.note(self.source, name, opened.fingerprint, digest, how, seen)

    def _take_seen(self, name: str, seen: Contents) -> None:
        """List what is in a file."""
        file_id = id_of(self.source, name)
        for aside in seen.set_aside:
            hides = None if aside.hides is None else file_id + aside.hides
            self._put_aside(file_id + aside.end, aside.reason, hides)
        for end in seen.ignored:
            self.inventory.add_other(file_id + end)
        for within in seen.documents:
            listed = ListedDocument(
                id=file_id + within.end,
                origin=self.source,
                file=name,
                raw_sha256=within.raw_sha256,
                format=within.format,
                path=within.path,
                holds_others=within.holds_others,
            )
            # A store may have an archive, and names that begin with its name.
            if not self.inventory.add(listed):
                reason = "is there twice, in an archive and beside it: rename one"
                self._put_aside(listed.id, reason, listed.id)

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

    def _put_aside(self, document: str, reason: str, hides: str | None) -> None:
        """Put something aside; note the id below which it may hide documents, if it may."""
        aside = SetAside(document, reason)
        if hides is not None:
            self.gaps.setdefault(hides, Gap(hides, str(aside)))
        self.set_aside.append(aside)


def id_of(source: AnySource, name: str) -> str:
    """Return the id of a file; one whose name is not UTF-8 can be written, at least."""
    return writable(f"{source.name}/{name}")


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
