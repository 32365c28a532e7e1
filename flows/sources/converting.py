"""Bytes into texts: here where that is only decoding, else in the sandbox, and never twice."""

import atexit
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import PurePosixPath
from typing import BinaryIO

from extractors import language_of
from extractors.facts import Document
from flows.errors import SourceError
from flows.sources.folder import Folder
from flows.sources.formats import FORMATS, Format, format_of, too_long
from flows.sources.listed import ListedDocument
from flows.sources.remote import hang_up
from flows.sources.sandbox import Limits, ListedMember, Sandbox
from flows.sources.seen import Seen
from flows.sources.values import Content, OpenFile, Part, UnreadableError
from flows.text import flaw_of

CHANGED = "changed while the run was reading: the next run will take it"

MAX_DEPTH = 4
"""How deep files lie within files: a PDF in an archive that is attached to a mail is the third."""

Known = Callable[[str, str], Document | None]
"""Returns a document that was made of the same bytes by the same format."""


@dataclass(kw_only=True)
class Converter:
    """Makes texts of documents; used by one thread at a time."""

    max_bytes: int = 5_000_000
    """Longest text, in UTF-8."""

    max_file_bytes: int = 100_000_000
    """Longest file of a format that holds more than text."""

    encoding: str = ""
    """Encoding of all texts that do not name theirs; empty: it is found out."""

    limits: Limits = field(default_factory=Limits)
    known: Known = lambda *_: None
    seen: Seen = field(default_factory=Seen)
    """What is remembered of the files of sources."""

    _sandbox: Sandbox = field(init=False)
    _member: dict[int, tuple[str, bytes]] = field(init=False, default_factory=dict)
    """The file within a file that was read last, by its depth: its neighbours come next."""

    def __post_init__(self) -> None:
        self._sandbox = Sandbox(self.limits)

    def close(self) -> None:
        """End the converting processes, and the connections to places."""
        self._sandbox.close()
        self.seen.close()
        hang_up()
        self._member.clear()

    def most_bytes(self, format_: Format, max_bytes: int) -> tuple[int, str]:
        """Return how long a file of a format may be, and the setting that says so."""
        if format_.conversion:
            return self.max_file_bytes, "NIGHTLOOM_MAX_FILE_BYTES"
        return max_bytes, "NIGHTLOOM_MAX_DOCUMENT_BYTES"

    def members(self, format_: Format, file: BinaryIO | bytes) -> tuple[list[ListedMember], str]:
        """Return the files within a file, and why these are not all; empty: they are.

        Those that hold further documents come with their bytes.
        """
        return self._sandbox.members(
            format_.conversion,
            file if isinstance(file, bytes) else file.fileno(),
            max_bytes=self.max_file_bytes,
            with_bytes=_holding_suffixes(),
        )

    def document(self, listed: ListedDocument) -> Document:
        """Return a listed document with its text.

        Raises:
            SourceError: Its bytes are no text, or have changed or gone since they were listed.
        """
        format_ = format_of(listed.name)
        if format_ is None or format_.stamp(self.encoding) != listed.format:
            raise SourceError(
                f"is of the format {listed.format}, which is not known here: run again"
            )
        if format_.conversion or not isinstance(listed.origin, Folder):
            known = self.known(listed.raw_sha256, listed.format)
            if known:
                return _called(known, listed)
        try:
            content = self._content(listed)
            if hashlib.sha256(content).hexdigest() != listed.raw_sha256:
                raise SourceError(CHANGED)
            made = self._converted(format_, content)
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror or error}") from error
        except ValueError as error:
            raise SourceError(str(error)) from error
        return Document(
            id=listed.id,
            text=made.text,
            source=listed.source,
            title=made.title or _title_from_file(listed),
            title_from="" if made.title else "file",
            raw_sha256=listed.raw_sha256,
            format=listed.format,
            language=language_of(made.text) or made.language,
            author=made.author,
            date=made.date,
            places=made.places,
        )

    def picture(self, listed: ListedDocument, page: int, sentence: str) -> bytes:
        """Return a page of a listed document as PNG, with a sentence marked.

        Raises:
            SourceError: Its format has no pages that could be drawn, or it cannot be read.
        """
        format_ = format_of(listed.name)
        if format_ is None or not format_.pictures:
            raise SourceError("is of a format whose pages cannot be drawn: PDF is the only one")
        try:
            content = self._content(listed)
            return self._sandbox.picture(format_.pictures, content, page=page, sentence=sentence)
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror or error}") from error
        except ValueError as error:
            raise SourceError(str(error)) from error

    def _converted(self, format_: Format, content: bytes) -> Content:
        if format_.convert:
            made = format_.convert(content, self.encoding)
        else:
            made = self._sandbox.convert(format_.conversion, content, self.encoding)
        n_bytes = len(made.text.encode("utf-8", "surrogatepass"))
        if n_bytes > self.max_bytes:
            raise UnreadableError(too_long(n_bytes, self.max_bytes))
        if flaw := flaw_of(made.text):
            raise UnreadableError(flaw)
        return made

    def _content(self, listed: ListedDocument) -> bytes:
        opened = listed.origin.open(listed.file)
        try:
            return self._bytes_at(opened, listed)
        finally:
            opened.close()

    def _bytes_at(self, opened: OpenFile, listed: ListedDocument) -> bytes:
        """Follow the path of a document into its file."""
        name = listed.file
        data: bytes | None = None
        key = f"{listed.source}/{name} {opened.stamp}"
        for depth, step in enumerate(listed.path):
            if isinstance(step, Part):
                data = _slice(opened.file if data is None else io.BytesIO(data), step)
            else:
                data = self._member_bytes(opened, name, data, key, step, depth)
                name = step
            key = f"{key} {step}"
        if data is None:
            # One byte more than there was: if it is there, the digest is another.
            data = opened.file.read(opened.n_bytes + 1)
        return data

    def _member_bytes(
        self, opened: OpenFile, within: str, data: bytes | None, key: str, name: str, depth: int
    ) -> bytes:
        key_of_member = f"{key} {name}"
        kept_key, kept = self._member.get(depth, ("", b""))
        if kept_key == key_of_member:
            return kept
        format_ = format_of(within)
        assert format_, f"{within} was listed"
        content = self._sandbox.member(
            format_.conversion,
            opened.file.fileno() if data is None else data,
            key=key,
            name=name,
            max_bytes=self.max_file_bytes,
        )
        self._member[depth] = (key_of_member, content)
        return content


@cache
def shared_converter() -> Converter:
    """Return the converter of whoever names none; its processes end with this one."""
    converter = Converter()
    atexit.register(converter.close)
    return converter


def _slice(file: BinaryIO, part: Part) -> bytes:
    file.seek(part.start)
    return file.read(part.n_bytes)


def _called(known: Document, listed: ListedDocument) -> Document:
    """Return a document that was made before, as the document that is listed now."""
    title = _title_from_file(listed) if known.title_from == "file" else known.title
    return replace(known, id=listed.id, source=listed.source, title=title)


def _title_from_file(listed: ListedDocument) -> str:
    """Return what a document without a title is called; what was cut out of a file is not."""
    return "" if listed.is_piece else PurePosixPath(listed.id).stem


@cache
def _holding_suffixes() -> tuple[str, ...]:
    return tuple(
        suffix
        for format_ in FORMATS
        if format_.has_members or format_.cut
        for suffix in format_.suffixes
    )
