"""Mailboxes: each message of a `.mbox` file is a document, with what is attached to it."""

import email
import re
from collections.abc import Iterator
from email.policy import compat32
from typing import BinaryIO

from flows.sources.formats.boxed import MAIL
from flows.sources.formats.format import Cut, Flaw, Format, too_long
from flows.sources.values import Part

_BEGINS = re.compile(rb"From \S+.*\d{4}")
_ODD = re.compile(r"[^\w.@+=-]+")
HEADER_BYTES = 65_536
"""How much of a message is looked at for its id."""


def cut(file: BinaryIO, n_bytes: int, max_bytes: int) -> Iterator[Cut | Flaw]:
    """Yield each message of a mailbox; its id is the one that its sender gave it.

    A message begins with a line `From …` behind a blank one. What is longer than `max_bytes` is not
    held, but read over.
    """
    number = start = position = 0
    lines: list[bytes] = []
    is_blank = True
    while position < n_bytes:
        line = file.readline(min(max_bytes + 1, n_bytes - position))
        if not line:
            break
        if is_blank and _BEGINS.match(line):
            if number:
                yield _message(number, start, position, lines, max_bytes)
            number, start, lines = number + 1, position, []
        position += len(line)
        if number and position - start <= max_bytes:
            lines.append(line)
        is_blank = not line.strip()
    if number:
        yield _message(number, start, position, lines, max_bytes)
    else:
        yield Flaw(part=Part(1, 0, n_bytes), reason="is no mailbox: no line begins with “From ”")


def _message(number: int, start: int, end: int, lines: list[bytes], max_bytes: int) -> Cut | Flaw:
    part = Part(number, start, end - start)
    if part.n_bytes > max_bytes:
        return Flaw(part=part, reason=too_long(part.n_bytes, max_bytes, "NIGHTLOOM_MAX_FILE_BYTES"))
    content = b"".join(lines)
    return Cut(part=part, id=f"{_id_of(content) or number}.eml", content=content)


def _id_of(content: bytes) -> str:
    head = content[:HEADER_BYTES].split(b"\n", 1)[-1]
    message = email.message_from_bytes(head, policy=compat32)
    return _ODD.sub("-", str(message.get("Message-ID", ""))).strip("-.")[:200]


MAILBOX = Format(
    name="mbox",
    title="mailboxes",
    version=MAIL.version,
    suffixes=(".mbox", ".mbx"),
    cut=cut,
    part_name="message",
    conversion=MAIL.conversion,
    has_members=True,
    needs=MAIL.needs,
)
