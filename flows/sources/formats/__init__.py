"""The formats that documents come in: a format makes a text and a title of bytes.

A new format is a module with a `Format` and its line in `FORMATS`.
"""

from pathlib import PurePosixPath

from flows.sources.formats.format import Cut, Flaw, Format, too_long
from flows.sources.formats.jsonl import JSON_LINES
from flows.sources.formats.text import TEXT

__all__ = ["FORMATS", "SUFFIXES", "TEXT_SUFFIXES", "Cut", "Flaw", "Format", "format_of", "too_long"]

FORMATS = (TEXT, JSON_LINES)

TEXT_SUFFIXES = TEXT.suffixes
_FORMAT_BY_SUFFIX = {suffix: format_ for format_ in FORMATS for suffix in format_.suffixes}
SUFFIXES = frozenset(_FORMAT_BY_SUFFIX)


def format_of(name: str) -> Format | None:
    """Return the format of a file by the end of its name, whatever the case; None: of none."""
    return _FORMAT_BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
