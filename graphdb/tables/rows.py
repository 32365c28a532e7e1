"""The tables in a text: rows of cells between bars, as Markdown and all converted formats have."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractors.facts import Document, Span

_LINE = re.compile(r"[^\r\n]+")
_ROW = re.compile(r"[ \t]*\|(.*)\|[ \t]*")
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-{2,}:?|:?-:?")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*?)[ \t#]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands between two bars, without the space around it."""

    text: str
    span: Span | None
    """Where it stands; None: the cell is empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    number: int
    """Its number in its sheet, or in the table; then the header is row 1."""
    span: Span
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it."""

    heading: str
    """The heading that the table stands under; of a spreadsheet, the sheet."""
    header: Row
    rows: tuple[Row, ...]

    @property
    def span(self) -> Span:
        """From the header's first character to the last one of the last row."""
        return Span(self.header.span.start, (self.rows or (self.header,))[-1].span.end)

    @property
    def index_by_column(self) -> dict[str, int]:
        """The columns by their names, however they are spaced and in whatever case."""
        names = [column_name(cell.text) for cell in self.header.cells]
        # Of two columns of one name the first counts.
        return {name: index for index, name in reversed([*enumerate(names)]) if name}


def column_name(text: str) -> str:
    """Return what is left of a column's name when spaces and case do not count."""
    return " ".join(unescaped(text).split()).casefold()


def unescaped(text: str) -> str:
    """Return what a cell, or a part of one, says: a bar of its own has a backslash before it."""
    return text.replace("\\|", "|")


def tables_of(document: Document) -> Iterator[Table]:
    """Yield the tables of a text, in order: lines that follow each other and are rows."""
    text = document.text
    number_at = {place.start: place.row for place in document.places if place.row}
    heading = ""
    lines: list[re.Match[str]] = []
    for match in _LINE.finditer(text):
        follows = bool(lines) and text[lines[-1].end() : match.start()] in ("\n", "\r\n", "\r")
        is_row = _ROW.fullmatch(match.group()) is not None
        if lines and not (follows and is_row):
            yield _table(heading, lines, number_at)
            lines = []
        if is_row:
            lines.append(match)
        elif found := _HEADING.fullmatch(match.group()):
            heading = found[1]
    if lines:
        yield _table(heading, lines, number_at)


def row_places(document: Document) -> dict[Span, tuple[str, int]]:
    """Return the heading and the number of each row below a header, by where it stands."""
    if "|" not in document.text:
        return {}
    return {
        row.span: (table.heading, row.number) for table in tables_of(document) for row in table.rows
    }


def _table(heading: str, lines: list[re.Match[str]], number_at: Mapping[int, int]) -> Table:
    """Return a table; its rows are counted, on from those whose number is known."""
    rows: list[Row] = []
    number = 0
    for line in lines:
        row = _row(line, number_at.get(line.start(), number + 1))
        if rows and _is_rule(row):
            continue
        rows.append(row)
        number = row.number
    return Table(heading, rows[0], tuple(rows[1:]))


def _row(line: re.Match[str], number: int) -> Row:
    found = _ROW.fullmatch(line.group())
    assert found, "only rows are gathered"
    start = line.start() + found.start(1)
    cells = []
    for piece in _BAR.split(found[1]):
        text = piece.strip()
        at = start + len(piece) - len(piece.lstrip())
        cells.append(Cell(text, Span(at, at + len(text)) if text else None))
        start += len(piece) + 1
    return Row(number, Span(*line.span()), tuple(cells))


def _is_rule(row: Row) -> bool:
    """Say whether a row is the line of dashes that Markdown draws below a header."""
    return all(_RULE.fullmatch(cell.text) for cell in row.cells)
