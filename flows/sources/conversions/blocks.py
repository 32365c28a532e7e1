"""Blocks of a document, and the one way in which they are written as a text.

Whatever a document was, its headings, items and rows are written as Markdown has them, because the
reader knows these as structure and no prose. Between blocks is a blank line, but between the items
of a list and the rows of a table.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from extractors.facts import Box, Place
from flows.sources.values import Content

BlockKind = Literal["heading", "paragraph", "item", "row"]

_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b\ufeff\x00-\x08\x0e-\x1f]")
"""Soft hyphens, spaces of no width and what no text holds: they would part words in two."""

MAX_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, a paragraph, an item of a list or a row of a table."""

    kind: BlockKind = "paragraph"
    text: str = ""
    cells: tuple[str, ...] = ()
    """Those of a row; its text is empty."""

    row: int = 0
    """The number of a row in its sheet, from 1; 0: it is counted in its table."""

    level: int = 1
    """How deep a heading or an item stands, from 1."""

    marker: str = "-"
    """What an item begins with: `-`, or its number."""

    page: int = 0
    """The page that it stands on, from 1; 0: there are no pages."""

    box: Box | None = None


def folded(text: str) -> str:
    """Return a text on one line, without what does not show."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def written(blocks: Iterable[Block]) -> tuple[str, tuple[Place, ...]]:
    """Return the text of blocks, and where each begins in it that is on a page or skips a row."""
    pieces: list[str] = []
    places: list[Place] = []
    length = 0
    before: Block | None = None
    number = 0
    for block in blocks:
        line = line_of(block)
        if not line:
            continue
        if before is not None:
            gap = "\n" if before.kind == block.kind and block.kind in ("item", "row") else "\n\n"
            pieces.append(gap)
            length += len(gap)
        # Rows are counted from their table's first one, and those below a known one count on.
        following = number + 1 if before is not None and before.kind == "row" else 1
        number = block.row or following if block.kind == "row" else 0
        row = number if number != following and block.kind == "row" else 0
        if block.page or row:
            places.append(Place(length, block.page, block.box, row))
        pieces.append(line)
        length += len(line)
        before = block
    if pieces:
        pieces.append("\n")
    return "".join(pieces), tuple(places)


def line_of(block: Block) -> str:
    """Return a block as one line; nothing if nothing stands in it."""
    if block.kind == "row":
        cells = [folded(cell).replace("|", "\\|") for cell in block.cells]
        return f"| {' | '.join(cells)} |" if any(cells) else ""
    text = folded(block.text)
    if not text:
        return ""
    if block.kind == "heading":
        return f"{'#' * min(max(block.level, 1), MAX_LEVEL)} {text}"
    if block.kind == "item":
        return f"{'  ' * (max(block.level, 1) - 1)}{block.marker} {text}"
    return text


def content_of(
    blocks: Iterable[Block],
    *,
    title: str = "",
    author: str = "",
    date: str = "",
    language: str = "",
) -> Content:
    """Return a document made of blocks; without a title of its own it has its first heading's."""
    blocks = list(blocks)
    text, places = written(blocks)
    heading = next((block.text for block in blocks if block.kind == "heading"), "")
    return Content(
        text=text,
        title=folded(title) or folded(heading),
        author=folded(author),
        date=date,
        language=language_code(language),
        places=places,
    )


def language_code(tag: str) -> str:
    """Return the code of a language by its tag; nothing if it is none.

    >>> language_code("de-CH"), language_code("English")
    ('de', '')
    """
    code = re.split("[-_]", tag.strip().lower())[0]
    return code if re.fullmatch("[a-z]{2,3}", code) else ""
