"""Offsets as JavaScript counts them, and the word that joins mentions of one entity."""

from bisect import bisect_left, bisect_right
from itertools import accumulate

from extractors.facts import Span

SAME = "Equiv"
"""The label of a relation between two mentions of one entity; brat's own word."""


class Utf16:
    """Converts between code points of a text and the UTF-16 code units JavaScript counts."""

    def __init__(self, text: str) -> None:
        # Most texts have no character beyond U+FFFF: both counts are the same then.
        self._starts = (
            [0, *accumulate(2 if char > "\uffff" else 1 for char in text)]
            if any(char > "\uffff" for char in text)
            else None
        )

    def units(self, span: Span) -> tuple[int, int]:
        """Return start and end of a span in code units."""
        if self._starts is None:
            return span.start, span.end
        return self._starts[span.start], self._starts[span.end]

    def span(self, start: int, end: int) -> Span:
        """Return the whole characters that code units `start` to `end` touch."""
        if self._starts is None or not 0 <= start < end:
            return Span(start, end)
        return Span(bisect_right(self._starts, start) - 1, bisect_left(self._starts, end))
