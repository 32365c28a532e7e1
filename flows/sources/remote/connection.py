"""What a connection to a place has to be able to do, and the words for what goes wrong there."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from flows.text import shown

_USER_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]*@")
_BEHIND_ADDRESS = re.compile(r"(://[^\s?'\"<>]*)\?[^\s'\"<>]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file of a place, as its listing has it."""

    n_bytes: int | None
    """Its length; None: the place does not say."""

    fingerprint: str = ""
    """What is another when the file is another; empty: the place says too little."""


@dataclass(slots=True, kw_only=True)
class Found:
    """All files of a place, by their names in it."""

    entries: dict[str, Entry] = field(default_factory=dict)
    flaws: list[tuple[str, str]] = field(default_factory=list)
    """Names of what cannot be read, each with the end of a sentence that says why."""

    n_excluded: int = 0
    """Folders that were not looked into."""


IsLeftOut = Callable[[str], bool]
"""Says of a folder that it is not to be looked into."""


class Connection(Protocol):
    """A way to a place; may be used by several threads."""

    def find(self, is_left_out: IsLeftOut) -> Found:
        """List all files; a folder that cannot be listed is a flaw.

        Raises:
            OSError: The place itself cannot be listed to its end.
        """

    def entry(self, name: str) -> Entry:
        """Ask about one file.

        Raises:
            OSError: It cannot be had.
        """

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file, in pieces.

        Raises:
            OSError: It cannot be read.
        """

    def close(self) -> None:
        """Let go of what is open."""


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn whatever a library raises into an OSError of one line without secrets.

    Each library has errors of its own, and some have the whole request in their text.
    """
    try:
        yield
    except OSError as error:
        # A new one: what a library puts beside the words may be shown, too.
        raise type_of(error)(error.errno, _line(error.strerror or error)) from None
    except Exception as error:  # noqa: BLE001 - see above
        status = getattr(getattr(error, "response", None), "status_code", 0)
        kind = PermissionError if status in (401, 403) else OSError
        raise kind(None, f"{type(error).__name__}: {_line(error)}") from None


def type_of(error: OSError) -> type[OSError]:
    """Return which of the kinds that matter an error is of."""
    for kind in (FileNotFoundError, PermissionError, NotADirectoryError):
        if isinstance(error, kind):
            return kind
    return OSError


def without_secrets(text: str) -> str:
    """Return a text without the users, passwords and keys in its addresses.

    >>> without_secrets("GET https://ada:pw@example.org/a?sig=secret failed")
    'GET https://example.org/a failed'
    """
    return _BEHIND_ADDRESS.sub(r"\1", _USER_IN_ADDRESS.sub("", text))


def _line(what: object) -> str:
    lines = str(what).strip().splitlines() or ["no reason was given"]
    return shown(without_secrets(lines[0])[:300])
