"""A remote file while it is read: its bytes lie in a file without a name on this machine.

A new file is read twice in a night, when it is listed and when a text is made of it. What was
fetched for the first is kept for the second, as far as there is room for it.
"""

import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

from flows.sources.remote.connection import Entry

MAX_UNSAID_BYTES = 1_000_000_000
"""How much is fetched of a file whose length nobody says."""


MAX_KEPT_BYTES = 1_000_000_000
"""How much of what was fetched is kept, on the disk of temporary files; what is beyond it is
fetched again."""

PIECE_BYTES = 1 << 20


class Kept:
    """Bytes of files that were fetched, one after the other in a file without a name.

    So there are no descriptors to run out of, and a process that is killed leaves nothing behind.
    """

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._file: BinaryIO | None = None
        self._places: dict[object, tuple[Entry, int, int]] = {}
        """By whose they are: what the place said of the file, where its bytes begin and end."""
        self._end = 0
        self._lock = threading.Lock()

    def keep(self, key: object, entry: Entry, content: BinaryIO) -> None:
        """Keep the bytes of a file if its place says enough to know it again, and they fit in."""
        n_bytes = content.seek(0, 2)
        content.seek(0)
        # Without a fingerprint nobody could say later whether it is still the same file.
        if not entry.fingerprint or self._end + n_bytes > self._max_bytes:
            return
        with self._lock:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="nightloom-")  # noqa: SIM115 - `clear`
            start = self._file.seek(self._end)
            while piece := content.read(PIECE_BYTES):
                self._file.write(piece)
            self._end = start + n_bytes
            self._places[key] = (entry, start, self._end)
        content.seek(0)

    def pieces(self, key: object, entry: Entry) -> Iterator[bytes] | None:
        """Yield the bytes of a file as they were fetched; None: another version, or none, was."""
        kept_entry, start, end = self._places.get(key, (None, 0, 0))
        return self._read(start, end) if entry.fingerprint and kept_entry == entry else None

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            if self._file:
                self._file.close()
            self._file, self._end = None, 0
            self._places.clear()

    def _read(self, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            with self._lock:
                assert self._file, "it is cleared when nobody reads any more"
                self._file.seek(start)
                piece = self._file.read(min(PIECE_BYTES, end - start))
            start += len(piece)
            yield piece


@dataclass
class FetchedFile:
    """A file of a remote source; it is fetched when somebody wants its bytes."""

    entry: Entry
    read: Callable[[], Iterator[bytes]]
    ask: Callable[[], Entry]
    """Asks the place about the file again."""

    max_bytes: int
    """Most that is fetched where the place does not say how long it is; 0: a gigabyte."""

    kept: Kept = field(default_factory=Kept)
    """Where its bytes may be from before."""

    key: object = None
    """Whose they are there."""

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
            kept_pieces = self.kept.pieces(self.key, self.entry)
            for piece in self.read() if kept_pieces is None else kept_pieces:
                n_bytes += len(piece)
                if n_bytes > limit:
                    raise ValueError(
                        f"is longer than the {limit} bytes that were to come: the next run will "
                        "take it"
                    )
                digest.update(piece)
                file.write(piece)
            file.seek(0)
            # A file that came short is not kept: `has_changed` will say so, and it is read again.
            if kept_pieces is None and n_bytes == (said if said is not None else n_bytes):
                self.kept.keep(self.key, self.entry, file)
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
        # `file` stands in `__dict__` once it was fetched; to ask for it would fetch it now.
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
