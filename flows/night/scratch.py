"""The file of a run in which its source is listed, which goes with the run."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

SCRATCH_S = 7 * 24 * 3600.0
"""Seconds after which a file of a run that did not end is deleted."""


@contextmanager
def scratch_file(folder: Path) -> Iterator[Path]:
    """Yield the path of a file that is not there yet, and delete what is there at the end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob("nightloom-*.listing"):
        # Of a run that was killed: none takes that long.
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > SCRATCH_S:
                left.unlink()
    path = folder / f"nightloom-{uuid4().hex}.listing"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
