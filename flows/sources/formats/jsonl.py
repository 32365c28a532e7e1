"""Lines of a `.jsonl` file: each line is a document, `{"id", "text", "title"?}`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from flows.sources.formats.encoding import mark_of_wide
from flows.sources.formats.format import Cut, Flaw, Format, too_long
from flows.sources.values import Content, Part
from flows.text import SURROGATE, decode, flaw_of


@dataclass(frozen=True, slots=True)
class Record:
    """What a line says; `flaw` is the reason why it cannot be taken, if there is one."""

    id: str
    text: str
    title: str = ""
    flaw: str = ""


def cut(file: BinaryIO, n_bytes: int, max_bytes: int) -> Iterator[Cut | Flaw]:
    """Yield the document of each line that is not blank, or what is wrong with the line."""
    if mark := mark_of_wide(file.read(4)):
        # Its line ends are of several bytes, so there are no lines to speak of.
        yield Flaw(part=Part(1, 0, n_bytes), reason=is_wide(mark))
        return
    file.seek(0)
    for part, content in lines(file, n_bytes, max_bytes):
        if part.n_bytes > max_bytes:
            yield Flaw(part=part, reason=too_long(part.n_bytes, max_bytes))
            continue
        try:
            record = parse_line(content)
        except ValueError as error:
            yield Flaw(part=part, reason=str(error))
            continue
        if flaw := record.flaw or flaw_of(record.text):
            yield Flaw(part=part, reason=flaw, id=record.id)
        else:
            yield Cut(part=part, id=record.id, content=content)


def is_wide(mark: str) -> str:
    """Say of records in an encoding of several bytes a letter that they cannot be read."""
    return f"is {mark}, and JSON is read as UTF-8: save it as UTF-8"


def convert(content: bytes, encoding: str) -> Content:  # noqa: ARG001 - JSON is UTF-8
    """Return the text and title of one line."""
    record = parse_line(content)
    if record.flaw:
        raise ValueError(record.flaw)
    return Content(record.text, record.title)


def lines(file: BinaryIO, n_bytes: int, max_bytes: int) -> Iterator[tuple[Part, bytes]]:
    """Yield the lines that are not blank, holding at most `max_bytes` of one at a time.

    What is written behind the first `n_bytes` meanwhile is left to the next run: a file that grows
    as fast as it is read would have no end. A line that is too long comes without its content.
    """
    number = start = 0
    while start < n_bytes:
        content = file.readline(min(max_bytes + 1, n_bytes - start))
        if not content:
            return
        number += 1
        length = len(content)
        is_too_long = length > max_bytes and not content.endswith(b"\n")
        is_blank = not content.strip()
        while is_too_long and not content.endswith(b"\n") and start + length < n_bytes:
            content = file.readline(min(max_bytes, n_bytes - start - length))
            if not content:
                break
            length += len(content)
            is_blank = is_blank and not content.strip()
        if not is_blank:
            yield Part(number, start, length), b"" if is_too_long else content
        start += length


def parse_line(content: bytes) -> Record:
    """Return what one line says.

    Raises:
        ValueError: It is no JSON object with an id, so nobody knows which document it was.
    """
    text_of_line = decode(content)
    try:
        data = json.loads(text_of_line)
    except RecursionError as error:
        raise ValueError("is nested too deeply: write one flat object a line") from error
    except json.JSONDecodeError as error:
        raise ValueError(
            f"is not JSON: {error.msg.removesuffix(' at')} at column {error.colno}; mend it"
        ) from error
    except ValueError as error:  # Python reads no number of more than 4,300 digits
        raise ValueError("holds a number that is too long: write it as a string") from error
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


JSON_LINES = Format(
    name="jsonl",
    title="JSON, a document a line",
    version=1,
    suffixes=(".jsonl", ".ndjson"),
    convert=convert,
    cut=cut,
)
