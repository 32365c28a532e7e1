"""E-mail: what its writer wrote, without what is quoted and signed; attachments apart.

mail-parser-reply knows in a dozen languages how mail programs announce what they quote and how
letters are closed. What it takes for a signature may be a list, so signatures are found here.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

import lxml.html
from lxml import etree
from mailparser_reply import EmailReplyParser
from mailparser_reply.constants import MAIL_LANGUAGES

from flows.sources.conversions.blocks import Block, content_of, folded
from flows.sources.conversions.members import Member, different_names, flaw_of_name
from flows.sources.conversions.trees import SKIPPED, blocks_of
from flows.sources.formats import decoded
from flows.sources.values import Content, UnreadableError

MAX_PARTS = 1_000
"""Parts of one mail; those that people write have a dozen."""

SIGNATURE_LINES = 8
"""Longer endings are no signature."""

_REPLIES = EmailReplyParser(languages=list(MAIL_LANGUAGES))
_CLOSINGS = [
    closing for words in MAIL_LANGUAGES.values() for closing in words.get("signatures", ())
]
_CLOSING = re.compile(
    rf"(?:{'|'.join(_CLOSINGS)}|best|cheers|yours|sincerely|thanks)(?!\w)[^.!?:]{{0,20}}$",
    re.IGNORECASE,
)
"""A line that closes a letter, alone or with a name."""
_DELIMITER = re.compile(r"^--\s*$", re.MULTILINE)
_ANSWER = re.compile(r"\s*((re|aw|sv|antw|ref|fwd?|wg|tr|vs)(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_QUOTED = frozenset({"blockquote"})
_QUOTED_CLASSES = ("gmail_quote", "gmail_signature", "moz-cite", "moz-signature", "yahoo_q")
_QUOTED_IDS = ("divRplyFwdMsg", "appendonsend", "Signature", "OLK_SRC_BODY_SECTION")
_ITEM = re.compile(r"\s*(?:[-*•‣◦]|(\d{1,3}[.)]))\s+(\S.*)")
_TYPES = MimeTypes(())  # of Python's own list: what a system adds would change names

PACKAGES = ("email", "mailparser_reply")
"""What is loaded as a whole before walls are put up."""

SAMPLE = (
    b"From: =?utf-8?q?Ada_L=C3=B6v?= <ada@example.org>\r\nSubject: Re: Acme\r\n"
    b"MIME-Version: 1.0\r\nDate: Fri, 01 Mar 2024 10:00:00 +0100\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>Acme f=FCr Ada</p>\r\n"
    b"--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''a%20b.txt\r\n\r\nQWRh\r\n--b--\r\n"
)


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    import io

    convert(SAMPLE, "")
    for member in unpack(io.BytesIO(SAMPLE), 1000):
        assert member.name
    without_quotes("Ada\n\nOn Mon, 3 Mar 2024 at 10:00, Bob wrote:\n> Hello")


def convert(content: bytes, encoding: str) -> Content:
    """Return what a mail says, with its subject, sender and date.

    Raises:
        UnreadableError: It is no mail, or says nothing of its own.
    """
    message = _parsed(content)
    subject = folded(_header(message, "Subject"))
    blocks = list(_body_blocks(message, encoding))
    if not blocks:
        raise UnreadableError(
            "is a mail without a text of its own: it quotes others, or says nothing"
        )
    title = _ANSWER.sub("", subject, count=1) if subject else ""
    heading = [Block(kind="heading", text=title)] if title else []
    return content_of([*heading, *blocks], title=title, author=_sender(message), date=_day(message))


def unpack(file: BinaryIO, max_bytes: int) -> Iterator[Member]:  # noqa: ARG001
    """Yield what is attached to a mail, pictures within its text included."""
    message = message_from_bytes(_unescaped(file.read()), policy=default)
    # All are counted before the first is taken.
    yield from different_names(map(_member, list(_attachments(message))))


def without_quotes(text: str) -> str:
    """Return what the writer of a plain text wrote: no quotation, announcement or signature."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _DELIMITER.split(text, maxsplit=1)[0] if not _is_quoted_below(text) else text
    replies = _REPLIES.read(text).replies
    own = []
    for reply in replies:
        content = reply.content
        for announced in filter(None, (reply.headers or "").split("\n\n\n")):
            content = content.replace(announced, "", 1)
        kept = [line for line in content.split("\n") if not line.lstrip().startswith(">")]
        own.append(_without_signature("\n".join(kept)).strip())
        if own[-1]:
            break  # what follows was written before, by others
    return "\n".join(own).strip()


def _is_quoted_below(text: str) -> bool:
    """Say whether text of the writer stands below a signature that is quoted, unlikely as it is."""
    delimiter = _DELIMITER.search(text)
    return delimiter is not None and not text[: delimiter.start()].strip()


def _without_signature(text: str) -> str:
    """Return a text without a closing formula and the few short lines of names below it."""
    lines = text.rstrip().split("\n")
    for number in range(len(lines) - 1, max(0, len(lines) - 1 - SIGNATURE_LINES), -1):
        below = [line.strip() for line in lines[number:]]
        if _CLOSING.match(below[0]):
            is_plain = all(len(line) <= 60 and not line.endswith((".", "?")) for line in below)
            return "\n".join(lines[:number]) if is_plain else text
    return text


def _parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(_unescaped(content), policy=default)
    if not any(message.get(name) for name in ("From", "To", "Subject", "Date", "Message-ID")):
        raise UnreadableError("is no mail: it has neither a sender nor a subject nor a date")
    return message


def _unescaped(content: bytes) -> bytes:
    """Return a message as it was sent: in a mailbox a line that begins with “From ” is escaped."""
    return _ESCAPED.sub(rb"\1", content) if content.startswith(b"From ") else content


def _body_blocks(message: EmailMessage, encoding: str) -> Iterator[Block]:
    try:
        part = message.get_body(preferencelist=("plain", "html"))
    except (MessageError, AttributeError, LookupError, ValueError) as error:
        raise UnreadableError(f"is a damaged mail ({error}): save it anew") from error
    if part is None:
        return
    text = _text_of(part, encoding)
    if part.get_content_subtype() == "html":
        yield from _html_blocks(text)
    else:
        yield from _plain_blocks(without_quotes(text))


def _text_of(part: Any, encoding: str) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    return decoded(content, encoding, declared=str(part.get_content_charset() or "")).replace(
        "\0", ""
    )


def _plain_blocks(text: str) -> Iterator[Block]:
    """Yield paragraphs and items; a line that is shorter than the others ends where it ends."""
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        wrapped = ""
        longest = max((len(line) for line in lines), default=0)
        for number, line in enumerate(lines):
            item = _ITEM.match(line)
            before = lines[number - 1] if number else ""
            is_wrapped = len(before) > 40 and len(before) + len(line.split()[0]) >= longest - 1
            if item or (wrapped and not is_wrapped):
                yield from _line_block(wrapped)
                wrapped = line
            else:
                wrapped = f"{wrapped} {line}" if wrapped else line
        yield from _line_block(wrapped)


def _line_block(line: str) -> Iterator[Block]:
    item = _ITEM.match(line)
    if item:
        yield Block(kind="item", text=item[2], marker=item[1] or "-")
    elif line.strip():
        yield Block(text=line)


def _html_blocks(text: str) -> Iterator[Block]:
    if not text.strip():
        return
    try:
        tree = lxml.html.document_fromstring(
            text.encode(),
            parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True),
        )
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableError(f"is a mail whose HTML is damaged ({error}): save it anew") from error
    for element in list(tree.iter(etree.Element)):
        if _is_quotation(element):
            element.drop_tree()
    body = tree.find(".//body")
    blocks = list(blocks_of(tree if body is None else body, SKIPPED | _QUOTED))
    # Programs that mark no quotation announce it as they do in plain text.
    lines = "\n\n".join(block.text for block in blocks)
    kept = set(without_quotes(lines).split("\n\n")) if lines else set()
    yield from (block for block in blocks if block.kind != "paragraph" or block.text in kept)


def _is_quotation(element: Any) -> bool:
    classes, id_ = element.get("class") or "", element.get("id") or ""
    return any(name in classes for name in _QUOTED_CLASSES) or id_ in _QUOTED_IDS


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts of a mail that are no part of its text; not those of a mail within it."""
    body = message.get_body(preferencelist=("plain", "html"))
    waiting: list[Any] = [message]
    n_parts = 0
    while waiting:
        part = waiting.pop()
        n_parts += 1
        if n_parts > MAX_PARTS:
            raise UnreadableError(f"has more than {MAX_PARTS} parts: attach an archive instead")
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            waiting += reversed(part.get_payload())
        elif part is not body and part is not message and _is_attached(part):
            yield part


def _is_attached(part: EmailMessage) -> bool:
    is_text = part.get_content_type() in ("text/plain", "text/html")
    return (
        not is_text or part.get_content_disposition() == "attachment" or bool(part.get_filename())
    )


def _member(part: EmailMessage) -> Member:
    kind = part.get_content_type()
    name = PurePosixPath((part.get_filename() or "").replace("\\", "/")).name
    if kind == "message/rfc822":
        inner = part.get_payload()
        message = inner[0] if isinstance(inner, list) and inner else inner
        title = folded(_header(cast("EmailMessage", message), "Subject")).replace("/", "-")
        name = f"{PurePosixPath(name).stem or title or 'message'}.eml"
        return _checked(name, bytes(cast("EmailMessage", message)))
    content = part.get_payload(decode=True)
    name = name or f"attachment{_TYPES.guess_extension(kind) or ''}"
    return _checked(name, content if isinstance(content, bytes) else b"")


def _checked(name: str, content: bytes) -> Member:
    flaw = flaw_of_name(name)
    if flaw:
        return Member("attachment", reason=flaw)
    return Member(name, content, "" if content else "is empty: attach it again or delete it")


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (MessageError, ValueError, LookupError, AttributeError, IndexError):
        return ""  # Python's parser fails on some headers that nobody can read either


def _sender(message: EmailMessage) -> str:
    with suppress(MessageError, ValueError, LookupError, AttributeError, IndexError):
        for address in message["From"].addresses:
            return str(address.display_name or address.addr_spec)
    return _header(message, "From")


def _day(message: EmailMessage) -> str:
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        return parsedate_to_datetime(_header(message, "Date")).date().isoformat()
    return ""
