"""Words of somebody else's code, made fit for a message: one line, not too long, all storable."""

from typing import Any

MOST_CHARACTERS = 300


def one_line(said: str, most: int = MOST_CHARACTERS) -> str:
    """Return what somebody said as one line without halves of surrogate pairs."""
    line = " ".join(said[: 4 * most].split())
    line = line.encode("utf-8", "backslashreplace").decode()
    return line if len(line) <= most else f"{line[:most]}…"


def quoted(value: Any) -> str:
    """Return a value as Python writes it, shortened."""
    try:
        return one_line(repr(value), 80)
    except Exception:  # noqa: BLE001 - a value that cannot even be written
        return f"a {type(value).__name__}"


def named(error: BaseException) -> str:
    """Return the kind of an error and what it says."""
    try:
        said = one_line(str(error))
    except Exception:  # noqa: BLE001 - it cannot even say what it is
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
