"""Undo line ends that a fixed line width put into a text, and put them back.

Chinese text wrapped that way has words and sentences broken anywhere; joined, it reads as it was
written. Spans of the joined text are spans of the original once the line ends are counted in.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from extractors.facts import Span

_SLACK = 3
"""Columns that a full line may be short of the longest: a wide character did not fit."""
_SLACK_INSIDE_SENTENCES = 12
"""The same for a line that does not end a sentence, and so hardly a paragraph."""
_ENDS_A_SENTENCE = frozenset("。！？!?…”」』：:；;")


@dataclass(frozen=True, slots=True)
class Joined:
    """A text without its wraps, and where they were."""

    original: str
    text: str
    wraps: tuple[int, ...] = ()
    """Positions of the line ends left out, in the original, in order."""

    def to_joined(self, span: Span) -> Span:
        """Return a span of the original as one of the joined text.

        Raises:
            ValueError: Only line ends are inside it.
        """
        return Span(
            span.start - bisect_left(self.wraps, span.start),
            span.end - bisect_left(self.wraps, span.end),
        )

    def to_original(self, span: Span) -> Span:
        """Return a span of the joined text as one of the original."""
        return Span(self._before(span.start), self._before(span.end - 1) + 1)

    def _before(self, position: int) -> int:
        """Return where a character of the joined text stands in the original."""
        shifted = [wrap - index for index, wrap in enumerate(self.wraps)]
        return position + bisect_right(shifted, position)


def as_given(text: str) -> Joined:
    """Return a text of which nothing is left out."""
    return Joined(text, text)


def join_wrapped(text: str) -> Joined:
    """Leave out the line ends of lines that are as long as lines of this text get.

    Only between wide characters, which are written without spaces; and only if at least three
    lines share the greatest width, or else the longest paragraph would pass for a wrapped line.
    """
    lines = text.split("\n")
    widths = [_columns(line) for line in lines]
    full = max(widths)
    if sum(width >= full - _SLACK for width in widths) < 3:
        return as_given(text)
    wraps = []
    position = 0
    for line, following, width in zip(lines, [*lines[1:], ""], widths, strict=True):
        position += len(line)
        if (
            line
            and following
            and _is_wrapped(line, width, full)
            and _is_wide(line[-1] + following[0])
        ):
            wraps.append(position)
        position += 1
    kept = set(wraps)
    joined = "".join(char for index, char in enumerate(text) if index not in kept)
    return Joined(text, joined, tuple(wraps))


def _is_wrapped(line: str, width: int, full: int) -> bool:
    slack = _SLACK if line[-1] in _ENDS_A_SENTENCE else _SLACK_INSIDE_SENTENCES
    return width >= full - slack


def _columns(line: str) -> int:
    return sum(2 if _is_wide(char) else 1 for char in line)


def _is_wide(chars: str) -> bool:
    """Say whether any of these takes two columns, as Chinese characters do."""
    return any(unicodedata.east_asian_width(char) in "WFA" for char in chars)
