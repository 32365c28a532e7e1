"""Folders of the cache that appear whole or not at all, however many processes make them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """Yield where to write what becomes `folder` at the end, unless an error comes first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as scratch:
        whole = Path(scratch) / folder.name
        yield whole
        try:
            whole.rename(folder)
        except OSError:
            # Another process was faster, and wrote the same.
            if not folder.is_dir():
                raise
