"""Files within a file: what is attached to a mail, what an archive holds.

Nothing is ever written to a disk, so a name is only the end of an id. One that would lead out of
the archive is refused all the same: whoever unpacks it elsewhere should hear of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from flows.sources.values import UnreadableError

MAX_MEMBERS = 10_000
MAX_NAME = 500
_BLOCK = 1 << 16

MAX_RATIO = 200
"""A file that is packed better than this is a bomb, if it is also long."""

RATIO_FROM_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """A file within a file: its bytes, or the end of a sentence that says why there are none."""

    name: str
    content: bytes = b""
    reason: str = ""


def flaw_of_name(name: str) -> str:
    """Say why a member cannot have a name, as the end of a sentence about it; nothing if it can."""
    path = PurePosixPath(name.replace("\\", "/"))
    if not name.strip("/ ") or len(name) > MAX_NAME:
        return "has no name, or one that is too long: pack it anew"
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        return "has a name that leads out of the archive: pack it anew"
    if not name.isprintable():
        return "has a name with control characters: rename it"
    return ""


def is_bomb(n_bytes: int, n_packed_bytes: int) -> bool:
    """Say whether a file is packed as only a bomb is."""
    return n_bytes > RATIO_FROM_BYTES and n_bytes > MAX_RATIO * n_packed_bytes


def read_at_most(file: IO[bytes], max_bytes: int) -> bytes:
    """Return what is left of a file.

    Raises:
        UnreadableError: It is longer, whatever it says of its length.
    """
    pieces = []
    n_bytes = 0
    while piece := file.read(_BLOCK):
        n_bytes += len(piece)
        if n_bytes > max_bytes:
            raise UnreadableError(
                f"is longer than NIGHTLOOM_MAX_FILE_BYTES={max_bytes}: split it or raise the "
                "setting"
            )
        pieces.append(piece)
    return b"".join(pieces)


def different_names(members: Iterator[Member]) -> Iterator[Member]:
    """Yield members with names that differ: the second `a.pdf` is `a (2).pdf`."""
    n_by_name: dict[str, int] = {}
    for member in members:
        n_by_name[member.name] = n_by_name.get(member.name, 0) + 1
        number = n_by_name[member.name]
        if number == 1:
            yield member
            continue
        path = PurePosixPath(member.name)
        renamed = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        yield Member(renamed, member.content, member.reason)
