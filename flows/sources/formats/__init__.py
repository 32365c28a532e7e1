"""The formats that documents come in: a format makes a text and a title of bytes.

A new format is a `Format` and its line in `FORMATS`. Plain ones convert here; those that take a
library to take them apart name a module of `flows.sources.conversions`, which does it in a sandbox.
"""

from pathlib import PurePosixPath

from flows.sources.formats.boxed import BOXED
from flows.sources.formats.encoding import decoded, known_encoding
from flows.sources.formats.format import Cut, Flaw, Format, too_long
from flows.sources.formats.jsonl import JSON_LINES
from flows.sources.formats.mbox import MAILBOX
from flows.sources.formats.text import TEXT

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "TEXT_SUFFIXES",
    "Cut",
    "Flaw",
    "Format",
    "decoded",
    "format_of",
    "known_encoding",
    "too_long",
    "unread_format",
]

FORMATS: tuple[Format, ...] = (TEXT, JSON_LINES, *BOXED, MAILBOX)

TEXT_SUFFIXES = frozenset(TEXT.suffixes)
_ANY_FORMAT = {suffix: format_ for format_ in FORMATS for suffix in format_.suffixes}
_FORMAT_BY_SUFFIX = {
    suffix: format_ for suffix, format_ in _ANY_FORMAT.items() if not format_.missing
}
SUFFIXES = frozenset(_FORMAT_BY_SUFFIX)
"""Those of the formats that are installed here."""


def format_of(name: str) -> Format | None:
    """Return the format of a file by the end of its name, whatever the case; None: of none."""
    return _FORMAT_BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


def unread_format(suffix: str) -> Format | None:
    """Return the format of files that would be read if its libraries were installed."""
    format_ = _ANY_FORMAT.get(suffix)
    return format_ if format_ and format_.missing else None
