"""What Ray Data reads from: a pipe, out of which batches come for as long as a night has any."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from ray.data.block import BlockMetadata
from ray.data.datasource import Datasource, ReadTask


class Batches(Datasource):  # type: ignore[misc]  # mypy does not look into Ray
    """Lines of a pipe, each a row of its own."""

    def __init__(self, pipe: str) -> None:
        self._pipe = pipe

    def estimate_inmemory_data_size(self) -> int | None:
        """Return nothing: nobody knows how many there will be."""
        return None

    def get_read_tasks(self, *_: Any, **__: Any) -> list[Any]:
        """Return the one task that reads the pipe."""
        pipe = self._pipe

        def rows() -> Iterator[Any]:
            with Path(pipe).open() as lines:
                for line in lines:
                    yield pa.table({"batch": [line]})

        unknown = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(rows, unknown)]
