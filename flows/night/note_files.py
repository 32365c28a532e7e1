"""Files in which nights note what the graph does not hold: whole or not, read by their owner."""

import json
import os
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from flows.errors import DamagedNotesError

T = TypeVar("T")


def read_notes(path: Path, adapter: TypeAdapter[T], nothing: T, meaning: str) -> T:
    """Return what a file notes, or nothing if there is none.

    Args:
        path: The file.
        adapter: What has to stand there.
        nothing: What a missing file stands for.
        meaning: What is lost with a damaged one, and the way out.

    Raises:
        DamagedNotesError: The file is there and cannot be understood; it stays as it is.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return nothing
    except OSError as error:
        raise DamagedNotesError(path, error.strerror or str(error), meaning) from error
    try:
        return adapter.validate_json(content)
    except ValidationError as error:
        raise DamagedNotesError(path, error.errors()[0]["msg"], meaning) from error


def unfinished_file(path: Path) -> Path:
    """Return where a file is written before it takes its place."""
    return path.with_suffix(".unfinished")


def write_notes(path: Path, data: Any) -> None:
    """Note plain data in place of what is noted there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = unfinished_file(path)
    unfinished.unlink(missing_ok=True)  # one that is there might be open to other people
    with open(unfinished, "x", opener=for_owner, encoding="utf-8") as file:
        json.dump(data, file)
    unfinished.replace(path)


def for_owner(path: str, flags: int) -> int:
    """Open a new file that only its owner may read: what documents say may stand in it."""
    return os.open(path, flags, 0o600)
