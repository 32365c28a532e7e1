"""Spreadsheets: each sheet is a heading and its rows, as they are seen."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import python_calamine

from flows.sources.conversions.blocks import Block, content_of
from flows.sources.conversions.office import checked
from flows.sources.values import Content, UnreadableError

PACKAGES: tuple[str, ...] = ()
"""What is loaded as a whole before walls are put up."""

MAX_CELLS = 2_000_000


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    try:
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(b"no workbook"))
    except python_calamine.CalamineError:
        return


def convert(content: bytes, encoding: str) -> Content:  # noqa: ARG001 - XML names its own
    """Return the sheets of a workbook; those that are hidden are left out.

    Raises:
        UnreadableError: It is damaged, locked or empty.
    """
    is_old = content.startswith(b"\xd0\xcf\x11\xe0")  # .xls; a new one with a password, too
    about = {} if is_old else checked(content)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        blocks = list(_blocks(workbook))
    except python_calamine.PasswordError as error:
        raise UnreadableError("is a workbook with a password: save it without one") from error
    except (python_calamine.CalamineError, OSError) as error:
        raise UnreadableError(f"is a damaged workbook ({error}): save it anew") from error
    if not any(block.kind == "row" for block in blocks):
        raise UnreadableError("is empty: give it some rows or delete it")
    return content_of(blocks, **about)


def _blocks(workbook: Any) -> Iterator[Block]:
    n_cells = 0
    for about in workbook.sheets_metadata:
        is_hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
        if is_hidden or about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(about.name)
        n_cells += sheet.total_height * sheet.total_width
        if n_cells > MAX_CELLS:
            raise UnreadableError(f"has more than {MAX_CELLS} cells: split it")
        cells = [tuple(map(shown_cell, row)) for row in sheet.to_python(skip_empty_area=True)]
        first_row, _ = sheet.start or (0, 0)  # counted from 0
        rows = [(number, row) for number, row in enumerate(cells, first_row + 1) if any(row)]
        if rows:
            yield Block(kind="heading", text=about.name, level=2)
        for number, row in rows:
            yield Block(kind="row", cells=row, row=number)


def shown_cell(value: Any) -> str:
    """Return what a cell shows: whole numbers without a point, days without midnight.

    >>> shown_cell(1984.0), shown_cell(None)
    ('1984', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return str(value)
