"""Opens a file of a folder so that nothing is waited for and nothing outside the folder is read.

Between a look at a file and its opening anybody may put something else in its place: a pipe, whose
opening would wait for a writer for ever, a device, a link to elsewhere. So what counts is what the
descriptor is, and every step from the folder to the file is taken without following links.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class RegularFile:
    """A regular file that was opened, and what it was at this moment."""

    file: BinaryIO
    status: os.stat_result

    @property
    def n_bytes(self) -> int:
        """How long it was when it was opened."""
        return self.status.st_size

    @property
    def fingerprint(self) -> str:
        """Nothing: a file system says too little of a file (decision 0031)."""
        return ""

    @property
    def stamp(self) -> str:
        """What tells this version of the file from others: its number, length and times."""
        return " ".join(map(str, (self.status.st_ino, *_written(self.status))))

    def has_changed(self) -> bool:
        """Say whether the file was written since it was opened."""
        return _written(os.fstat(self.file.fileno())) != _written(self.status)

    def close(self) -> None:
        """Close it."""
        self.file.close()


def open_regular(root: Path, name: str) -> RegularFile:
    """Open a regular file of a folder; a link to another file of the folder leads there.

    Args:
        root: The folder, itself no link.
        name: Path of the file, relative to it.

    Raises:
        OSError: It cannot be read, or is being exchanged at this moment.
        ValueError: It is no regular file, or a link out of the folder.
    """
    descriptor = _opened(root, name)
    if descriptor is None:
        descriptor = _opened(root, _target(root, name))
    if descriptor is None:
        raise ValueError("is no regular file: remove it")
    file = os.fdopen(descriptor, "rb")
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise ValueError("is no regular file: remove it")
    return RegularFile(file, status)


def _written(status: os.stat_result) -> tuple[int, int, int]:
    # The second time stamp cannot be set by whoever writes: `touch` and `cp -p` set the first.
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _opened(root: Path, name: str) -> int | None:
    """Return a descriptor of what has this name, without following links; None if it is one."""
    *folders, last = name.split("/")
    with folder_descriptor(root, folders) as folder:
        # Looked at before it is opened: to open some devices does something.
        mode = os.stat(last, dir_fd=folder, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            return None
        if not stat.S_ISREG(mode):
            raise ValueError("is no regular file: remove it")
        return os.open(last, _FILE, dir_fd=folder)


def _target(root: Path, name: str) -> str:
    """Return the name of the file that a link leads to."""
    if not (root / name).exists():
        raise ValueError("is a link to a file that is not there: remove or mend the link")
    target = Path(os.path.realpath(root / name))
    if not target.is_relative_to(root):
        raise ValueError("is a link out of the folder: copy the file into it")
    return target.relative_to(root).as_posix()


@contextmanager
def folder_descriptor(root: Path, names: list[str]) -> Iterator[int]:
    """Hold a descriptor of the folder that `names` lead to, below a folder.

    Raises:
        OSError: One of them is no folder, or a link, or cannot be read.
    """
    folder = os.open(root, _FOLDER)
    try:
        for name in names:
            inner = os.open(name, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)
