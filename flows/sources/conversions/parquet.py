"""Parquet: a table with named columns; their names are its first row."""

import io
from collections.abc import Iterator
from typing import Any

from arro3.io import read_parquet

from flows.sources.conversions.blocks import Block, content_of
from flows.sources.conversions.sheets import shown_cell
from flows.sources.values import Content, UnreadableError

PACKAGES: tuple[str, ...] = ()
"""What is loaded as a whole before walls are put up."""

MAX_CELLS = 2_000_000


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    from arro3.core import Array, DataType, Table
    from arro3.io import write_parquet

    buffer = io.BytesIO()
    write_parquet(Table.from_pydict({"a": Array([1], DataType.int64())}), buffer)
    convert(buffer.getvalue(), "")


def convert(content: bytes, encoding: str) -> Content:  # noqa: ARG001 - its texts are UTF-8
    """Return the rows of a table.

    Raises:
        UnreadableError: It is damaged or empty.
    """
    try:
        blocks = list(_blocks(read_parquet(io.BytesIO(content))))
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(f"is a damaged Parquet file ({error}): save it anew") from error
    if len(blocks) < 2:
        raise UnreadableError("is empty: give it some rows or delete it")
    return content_of(blocks)


def _blocks(reader: Any) -> Iterator[Block]:
    names = tuple(reader.schema.names)
    yield Block(kind="row", cells=names)
    n_cells = 0
    for batch in reader:
        n_cells += batch.num_rows * batch.num_columns
        if n_cells > MAX_CELLS:
            raise UnreadableError(f"has more than {MAX_CELLS} cells: split it")
        columns = [[shown_cell(cell.as_py()) for cell in column] for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield Block(kind="row", cells=row)
