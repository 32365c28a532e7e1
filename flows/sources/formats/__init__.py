"""The formats that documents come in: a format makes a text and a title of bytes.

A new format is a `Format` and its line in `FORMATS`. Plain ones convert here; those that take a
library to take them apart name a module of `flows.sources.conversions`, which does it in a sandbox.
"""

from collections.abc import Iterator

from flows.sources.formats.boxed import ARCHIVE, BOXED
from flows.sources.formats.encoding import decoded, known_encoding
from flows.sources.formats.format import Cut, Flaw, Format, too_long
from flows.sources.formats.json_records import JSON
from flows.sources.formats.jsonl import JSON_LINES
from flows.sources.formats.mbox import MAILBOX
from flows.sources.formats.text import TEXT

__all__ = [
    "FORMATS",
    "READ_FORMATS",
    "Cut",
    "Flaw",
    "Format",
    "decoded",
    "format_of",
    "known_encoding",
    "suffix_of",
    "too_long",
    "unread_format",
]

FORMATS: tuple[Format, ...] = (TEXT, JSON_LINES, JSON, *BOXED, MAILBOX, ARCHIVE)

_ANY_FORMAT = {suffix: format_ for format_ in FORMATS for suffix in format_.suffixes}
READ_FORMATS = tuple(format_ for format_ in FORMATS if not format_.missing)
"""Those whose libraries are installed."""

_FORMAT_BY_SUFFIX = {suffix: format_ for format_ in READ_FORMATS for suffix in format_.suffixes}


def format_of(name: str) -> Format | None:
    """Return the format of a file by the end of its name, whatever the case; None: of none."""
    for suffix in _suffixes(name):
        if suffix in _FORMAT_BY_SUFFIX:
            return _FORMAT_BY_SUFFIX[suffix]
    return None


def unread_format(suffix: str) -> Format | None:
    """Return the format of files that would be read if its libraries were installed."""
    format_ = _ANY_FORMAT.get(suffix)
    return format_ if format_ and format_.missing else None


def suffix_of(name: str) -> str:
    """Return what a name ends in, in small letters; empty: in nothing.

    >>> suffix_of("notes/Ada.TAR.gz"), suffix_of("notes/.profile"), suffix_of("end.")
    ('.gz', '', '')
    """
    # By hand: a path of Python's enters each of its names in a table that never shrinks.
    last = name.rpartition("/")[2].lower()
    stem, _, end = last.rpartition(".")
    return f".{end}" if end and stem.strip(".") else ""


def _suffixes(name: str) -> Iterator[str]:
    """Yield the ends of a name that may say its format, the longest first: `.tar.gz`, `.gz`."""
    last = suffix_of(name)
    yield suffix_of(name.removesuffix(name[-len(last) :])) + last if last else ""
    yield last
