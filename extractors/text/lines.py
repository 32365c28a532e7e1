"""Lines: what kind each is, and whether it goes on where the one before it stopped.

A line end may be where a text was wrapped, or it may end a heading, an item, an address line. The
rules look at characters alone, so no language is assumed. A wrapped line is as long as its
paragraph is wide: the first word of the next one would not have fitted. That is how a person sees
that three short lines below one another are a signature and no sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LineKind = Literal["prose", "heading", "item", "row", "quote", "rule"]

LINE_KINDS: tuple[LineKind, ...] = ("prose", "heading", "item", "row", "quote", "rule")

WRAPPED_WIDTH = 40
"""Columns from which on a paragraph may be wrapped text; narrower ones are lines of their own."""

WRAPPED_WIDTH_UNSPACED = 18
"""The same for scripts without spaces, whose characters take two columns."""

LINE_ENDS = "\n\r\x85\u2028\u2029"
"""Characters that end a line; a form feed only turns the page, perhaps within a sentence."""

_LINE = re.compile(rf"[^{LINE_ENDS}]*(?:\r\n|[{LINE_ENDS}])|[^{LINE_ENDS}]+")
_HEADING = re.compile(r"#{1,6}[^\S\n]")
_ITEM = re.compile(r"([*+\-•‣◦–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])[^\S\n]+\S")
_ROW = re.compile(r"\||[^|\t]+(\t|[^\S\n]\|[^\S\n])")
_RULE = re.compile(r"([=\-*_~]\s*){3,}$")
_GOES_ON = ("-", ",", "(", "–", "—", "“", "„", "«", "、", "，")
_UNSPACED = re.compile("[\u2e80-\ud7af\uf900-\ufaff]")
_WORD = re.compile(r"\S+")
_STOPS = (".", "!", "?", ":", ";", "。", "！", "？", "：", "；")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, its line end included."""

    start: int
    end: int
    kind: LineKind
    continues: bool
    """Whether its first word belongs to the sentence of the line before."""


def lines(text: str) -> Iterator[Line]:
    """Yield the lines of a text in order; together they are the whole text.

    Blank lines are lines of the kind `rule`, which continue nothing and are not continued.
    """
    paragraph: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        if match[0].strip():
            paragraph.append(match.span())
            continue
        yield from _paragraph_lines(text, paragraph)
        paragraph = []
        yield Line(*match.span(), "rule", continues=False)
    yield from _paragraph_lines(text, paragraph)


def _paragraph_lines(text: str, spans: list[tuple[int, int]]) -> Iterator[Line]:
    """Yield lines that no blank line parts."""
    stripped_lines = [text[start:end].strip() for start, end in spans]
    width = max(map(len, stripped_lines), default=0)
    before: Line | None = None
    for number, (start, end) in enumerate(spans):
        kind = _kind(stripped_lines, number)
        continues = before is not None and _continues(
            before.kind, kind, stripped_lines[number - 1], stripped_lines[number], width
        )
        if continues and before is not None:
            kind = before.kind  # the rest of an item, or of a quotation
        before = Line(start, end, kind, continues=continues)
        yield before


def _kind(stripped_lines: list[str], number: int) -> LineKind:
    line = stripped_lines[number]
    if _RULE.match(line):
        return "rule"
    if _HEADING.match(line) or _is_underlined(stripped_lines, number):
        return "heading"
    if line.startswith(">"):
        return "quote"
    if _ITEM.match(line):
        return "item"
    if _ROW.match(line):
        return "row"
    return "prose"


def _is_underlined(stripped_lines: list[str], number: int) -> bool:
    """Say whether a line of signs below makes a heading of this one, as in Markdown."""
    below = stripped_lines[number + 1] if number + 1 < len(stripped_lines) else ""
    return number == 0 and len(below) >= 3 and set(below) in ({"="}, {"-"})


def _continues(before: LineKind, kind: LineKind, above: str, line: str, width: int) -> bool:
    """Say whether a line goes on with the sentence of the line above it.

    Args:
        before: What the line above is.
        kind: What this line looks like by itself.
        above: The line above.
        line: This line.
        width: Length of the longest line of the paragraph.
    """
    if kind != "prose" and not (kind == before == "quote"):
        return False
    if before in ("heading", "rule", "row"):
        return False
    line = line.lstrip("> ")
    if not line or above.endswith(_STOPS):
        return False
    if line[0].islower() or above.endswith(_GOES_ON):
        return True
    if _UNSPACED.match(line):
        return width >= WRAPPED_WIDTH_UNSPACED and len(above) >= width - 2
    if width < WRAPPED_WIDTH:
        return False
    # Not every editor fills its lines: one that is nearly as long and ends in the middle of a
    # phrase goes on, too. One column more is for the space that would have stood there.
    word = _WORD.match(line)
    is_full = word is not None and len(above) + 1 + len(word[0]) > width
    return is_full or (above[-1].islower() and _ends_low(above) and len(above) >= 0.6 * width)


def _ends_low(line: str) -> bool:
    """Say whether the last word of a line begins with a small letter, as names do not."""
    return line.rsplit(maxsplit=1)[-1][0].islower()
