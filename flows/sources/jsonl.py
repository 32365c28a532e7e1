"""Lines of a `.jsonl` file: where they stand, and the `{"id", "text", "title"?}` in one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from flows.text import SURROGATE, decode


@dataclass(frozen=True, slots=True)
class Line:
    """The bytes of one line, counted from the beginning of its file."""

    number: int
    start: int
    n_bytes: int
    content: bytes = b""
    """Empty if the line was too long to be kept."""

    def without_content(self) -> "Line":
        """Return where the line stands, to be kept in a listing."""
        return replace(self, content=b"")


@dataclass(frozen=True, slots=True)
class Record:
    """What a line says; `flaw` is the reason why it cannot be taken, if there is one."""

    id: str
    text: str
    title: str = ""
    flaw: str = ""


def lines(file: BinaryIO, max_bytes: int) -> Iterator[Line]:
    """Yield the lines that are not blank, holding at most `max_bytes` of one at a time."""
    number = start = 0
    while content := file.readline(max_bytes + 1):
        number += 1
        n_bytes = len(content)
        too_long = n_bytes > max_bytes and not content.endswith(b"\n")
        while too_long and not content.endswith(b"\n"):
            content = file.readline(max_bytes)
            n_bytes += len(content)
            if not content:
                break
        if content.strip() or too_long:
            yield Line(number, start, n_bytes, b"" if too_long else content)
        start += n_bytes


def parse_line(content: bytes) -> Record:
    """Return what one line says.

    Raises:
        ValueError: It is no JSON object with an id, so nobody knows which document it was.
    """
    try:
        data = json.loads(decode(content))
    except RecursionError as error:
        raise ValueError("is nested too deeply: write one flat object a line") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at column {error.colno}; mend it") from error
    if not isinstance(data, dict):
        raise ValueError('is no JSON object: write {"id": …, "text": …}')
    id_, text, title = data.get("id"), data.get("text"), data.get("title") or ""
    if isinstance(id_, int) and not isinstance(id_, bool):
        id_ = str(id_)
    if not isinstance(id_, str) or not id_.strip() or SURROGATE.search(id_):
        raise ValueError('has no "id" that is a string: give it one')
    if not isinstance(text, str):
        return Record(id_, "", flaw='has no "text" that is a string: give it one')
    if not isinstance(title, str) or SURROGATE.search(title):
        return Record(id_, text, flaw='has a "title" that is no string: mend it')
    return Record(id_, text, title)
