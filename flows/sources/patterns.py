"""Patterns that say which files of a source are read: `*.md`, `letters/**`, `**/drafts/*`."""

import re
from collections.abc import Iterable, Sequence
from functools import cache


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Say whether one of the patterns means a file or folder, by its path in the source.

    `*` and `?` stand for anything within a name, `**` for any folders. A pattern without a slash
    means that name in any folder.

    >>> matches("letters/1815/ada.md", ["*.md"]), matches("letters/ada.md", ["letters/*.txt"])
    (True, False)
    """
    return any(_compiled(pattern).fullmatch(name) for pattern in patterns)


def is_wanted(name: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Say whether a file is read: one that `include` means, or any where it is empty."""
    return (not include or matches(name, include)) and not matches(name, exclude)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    is_anywhere = "/" not in pattern.rstrip("/")
    parts = pattern.strip("/").split("/")
    written = "" if not is_anywhere else "(?:.*/)?"
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        if part == "**":
            written += ".*" if is_last else "(?:.*/)?"
        else:
            written += _translated(part) + ("" if is_last else "/")
    return re.compile(written, re.DOTALL)


def _translated(part: str) -> str:
    wild = {"*": "[^/]*", "?": "[^/]"}
    return "".join(wild.get(character, re.escape(character)) for character in part)
