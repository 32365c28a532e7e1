"""JSON files: a list of objects, or one, each a document as a line of a `.jsonl` file is."""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from flows.sources.formats.encoding import mark_of_wide
from flows.sources.formats.format import Cut, Flaw, Format, too_long
from flows.sources.formats.jsonl import convert, is_wide, parse_line
from flows.sources.values import Part
from flows.text import decode, flaw_of

FILE_FACTOR = 20
"""How much longer than one document a file may be: it is held while it is cut."""

_BETWEEN = re.compile(r"[\s,]*")


def cut(file: BinaryIO, n_bytes: int, max_bytes: int) -> Iterator[Cut | Flaw]:
    """Yield each object of a list, with the bytes that it takes up in the file."""
    whole = Part(1, 0, n_bytes)
    if n_bytes > FILE_FACTOR * max_bytes:
        yield Flaw(part=whole, reason=too_long(n_bytes, FILE_FACTOR * max_bytes))
        return
    content = file.read(n_bytes)
    if mark := mark_of_wide(content):
        yield Flaw(part=whole, reason=is_wide(mark))
        return
    try:
        text = decode(content)
    except ValueError as error:
        yield Flaw(part=whole, reason=str(error))
        return
    offset, before = len(content) - len(text.encode()), 0
    for number, (start, end, flaw) in enumerate(_objects(text), 1):
        offset += len(text[before:start].encode())
        before = start
        record = text[start:end].encode()
        yield _piece(Part(number, offset, len(record)), record, flaw, max_bytes)


def _objects(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each object begins and ends, and what is wrong with the text from there on."""
    decoder = json.JSONDecoder()
    place = len(text) - len(text.lstrip())
    is_list = text[place : place + 1] == "["
    place += is_list
    while True:
        place = _BETWEEN.match(text, place).end() if is_list else place  # type: ignore[union-attr]
        if place >= len(text) or (is_list and text[place] == "]"):
            return
        try:
            _, end = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            yield (
                place,
                len(text),
                f"is not JSON: {error.msg.removesuffix(' at')} at line {error.lineno}; mend it",
            )
            return
        except (RecursionError, ValueError):
            yield place, len(text), "is nested too deeply, or holds a number that is too long"
            return
        yield place, end, ""
        place = end
        if not is_list:
            return


def _piece(part: Part, record: bytes, flaw: str, max_bytes: int) -> Cut | Flaw:
    if flaw:
        return Flaw(part=part, reason=flaw)
    if part.n_bytes > max_bytes:
        return Flaw(part=part, reason=too_long(part.n_bytes, max_bytes))
    try:
        read = parse_line(record)
    except ValueError as error:
        return Flaw(part=part, reason=str(error))
    if reason := read.flaw or flaw_of(read.text):
        return Flaw(part=part, reason=reason, id=read.id)
    return Cut(part=part, id=read.id, content=record)


JSON = Format(
    name="json",
    title="JSON, a list of documents",
    version=1,
    suffixes=(".json",),
    convert=convert,
    cut=cut,
    part_name="record",
)
