"""Text as it comes in and goes out: decoding, what a text may not hold, names made printable."""

import codecs
import re
from pathlib import Path

SURROGATE = re.compile("[\ud800-\udfff]")


def decode(content: bytes) -> str:
    """Return UTF-8 bytes as text, without a byte order mark; line ends stay as they are.

    Raises:
        ValueError: They are not UTF-8; says where.
    """
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        skipped = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
        offset = skipped + error.start
        raise ValueError(
            f"is not UTF-8: byte 0x{content[offset]:02x} at offset {offset}; save it as UTF-8"
        ) from error


def flaw_of(text: str) -> str:
    """Say why a text cannot be taken, as the end of a sentence about it; nothing if it can."""
    if not text.strip():
        return "is empty: give it a text or delete it"
    if half := SURROGATE.search(text):
        return (
            f"holds half a character (a lone surrogate) at character {half.start()}: "
            "write it again from its source"
        )
    return ""


def shown(name: str | Path) -> str:
    r"""Return a name for one line of a terminal: control characters are written as escapes.

    >>> print(shown("a\nb"))
    a\nb
    """
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "surrogatepass").decode()
        for character in str(name)
    )


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is: names come from documents."""
    for character in "\\`*_[]<>|#":
        text = text.replace(character, f"\\{character}")
    return text


def counted(n: int, noun: str) -> str:
    """Return a number of things, in the plural unless it is one."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
