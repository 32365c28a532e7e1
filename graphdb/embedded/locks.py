"""Advisory file locks that the kernel drops when their holder dies, however it dies.

A lock file that merely exists says nothing after `kill -9`; a pid in it may by now be somebody
else's. `flock` has neither weakness, and it is inherited: a server process that keeps the
descriptor open *is* the proof that it runs.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Iterator[int]:
    """Hold `path` alone, waiting for others to let go; gives the descriptor."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor


@contextmanager
def shared(path: Path) -> Iterator[int]:
    """Hold `path` together with others, waiting for one who holds it alone."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield descriptor


@contextmanager
def exclusive_or_none(path: Path) -> Iterator[int | None]:
    """Hold `path` alone if nobody else holds it at all; never wait."""
    with _opened(path) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor


def is_held(path: Path) -> bool:
    """Say whether anybody holds `path`; a missing file is held by nobody."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # also where nothing can be written
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    # Never O_TRUNC: the file may be read by others while we wait for it.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)  # the lock stays with a child that inherited the descriptor
