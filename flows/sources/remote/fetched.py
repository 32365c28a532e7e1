"""A remote file while it is read: its bytes lie in a file without a name on this machine."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

from flows.sources.remote.connection import Entry

MAX_UNSAID_BYTES = 1_000_000_000
"""How much is fetched of a file whose length nobody says."""


@dataclass
class FetchedFile:
    """A file of a remote source; it is fetched when somebody wants its bytes."""

    entry: Entry
    read: Callable[[], Iterator[bytes]]
    ask: Callable[[], Entry]
    """Asks the place about the file again."""

    max_bytes: int
    """Most that is fetched where the place does not say how long it is; 0: a gigabyte."""

    sha256: str = field(init=False, default="")
    """Digest of its bytes, once they are fetched."""

    @cached_property
    def file(self) -> BinaryIO:
        """Its bytes, seekable.

        Raises:
            OSError: It cannot be fetched.
            ValueError: It is longer than the place said, or may be.
        """
        said = self.entry.n_bytes
        limit = said if said is not None else self.max_bytes or MAX_UNSAID_BYTES
        digest, n_bytes = hashlib.sha256(), 0
        file = tempfile.TemporaryFile(prefix="nightloom-")  # noqa: SIM115 - `close` closes it
        try:
            for piece in self.read():
                n_bytes += len(piece)
                if n_bytes > limit:
                    raise ValueError(
                        f"is longer than the {limit} bytes that were to come: the next run will "
                        "take it"
                    )
                digest.update(piece)
                file.write(piece)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        self.sha256 = digest.hexdigest()
        return file

    @property
    def n_bytes(self) -> int:
        """How long it is."""
        if self.entry.n_bytes is not None:
            return self.entry.n_bytes
        here = self.file.seek(0, 2)
        self.file.seek(0)
        return here

    @property
    def fingerprint(self) -> str:
        """What the place said of it when it was opened."""
        return self.entry.fingerprint

    @property
    def stamp(self) -> str:
        """What tells this version of it from others."""
        _ = self.file
        return self.sha256

    def has_changed(self) -> bool:
        """Say whether the place has another one by now, or sent less than it said."""
        if "file" in self.__dict__ and self.entry.n_bytes not in (None, self._n_fetched()):
            return True
        return self.ask() != self.entry

    def close(self) -> None:
        """Let go of it."""
        if "file" in self.__dict__:
            self.file.close()

    def _n_fetched(self) -> int:
        here = self.file.tell()
        end = self.file.seek(0, 2)
        self.file.seek(here)
        return end
