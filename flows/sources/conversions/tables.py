"""Tables in files of their own: CSV and TSV, whose rows are read as rows."""

import csv
import io
from collections.abc import Iterator

from flows.sources.conversions.blocks import Block, content_of
from flows.sources.formats import decoded
from flows.sources.values import Content, UnreadableError

PACKAGES: tuple[str, ...] = ()
"""What is loaded as a whole before walls are put up."""

SAMPLE_CHARACTERS = 20_000
_DELIMITERS = ",;\t|"


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    convert("Ort;Zahl\nZürich;1\n".encode("cp1252"), "")


def convert(content: bytes, encoding: str) -> Content:
    """Return the rows of a table whose cells are parted by commas, semicolons, tabs or bars.

    Raises:
        UnreadableError: It is no text, or no table.
    """
    text = decoded(content, encoding)
    try:
        rows = [
            (number, row)
            for number, row in enumerate(_rows(text), 1)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise UnreadableError(f"is no table ({error}): save it anew as CSV") from error
    if not rows:
        raise UnreadableError("is empty: give it some rows or delete it")
    return content_of(
        Block(kind="row", cells=tuple(row), row=number) if len(row) > 1 else Block(text=row[0])
        for number, row in rows
    )


def _rows(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(1_000_000)
    sample = text[:SAMPLE_CHARACTERS]
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(sample, _DELIMITERS)
    except csv.Error:
        dialect = csv.excel_tab if "\t" in sample else csv.excel
    return csv.reader(io.StringIO(text, newline=""), dialect)
