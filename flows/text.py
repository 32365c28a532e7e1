"""Text as it comes in and goes out: decoding, what a text may not hold, how it is shown.

Documents, names, ids and file names are other people's. A terminal, a page and a table obey some
characters instead of showing them, so whatever is shown passes one of these, by medium:

    shown          a terminal, on one line
    shown_lines    a terminal, where the text has lines: errors, logs, tracebacks
    shown_sentence a terminal, quoted from a document: spaces and line ends are folded
    shown_json     a terminal, as JSON: the program that reads it gets the text as it was
    escaped        Markdown, and so the tables and descriptions of Prefect's artifacts

Rich's markup is read nowhere (`flows.console`), and HTML is written by `extractors` alone.
"""

import codecs
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

SURROGATE = re.compile("[\ud800-\udfff]")


def writable(name: str) -> str:
    """Return a name that can be written as UTF-8, whatever stands in it."""
    return name.encode("utf-8", "backslashreplace").decode()


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


# Letters of scripts that are written with joiners: Arabic to Myanmar, Khmer, Mongolian.
_JOINED = "\u0600-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
_EMOJI = "\u00a9\u00ae\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_JOINERS = "\u200c\u200d"
_ORDINARY = re.compile(
    f"(?<=[{_JOINED}])[\u200c\u200d](?=[{_JOINED}])"
    f"|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"
    # One selector says how the character before it looks; a row of them can hide a message.
    f"|(?<=[0-9*#\u00a1-\U000e00ff])(?<![\u00ad\u061c\u2000-\u200f{_SELECTORS}])[{_SELECTORS}]"
    # The flags of England, Scotland and Wales are written with letters that do not show.
    "|(?<=\U0001f3f4)[\U000e0061-\U000e007a]{2,6}\U000e007f"
)
"""Characters that do not show themselves and are part of ordinary writing where they stand."""

_BLANK = re.compile(f"[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0{_SELECTORS}]")
"""Characters that count as printable and leave nothing to see."""

_SIGNS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2]")
"""Signs of Arabic and Syriac that Unicode counts as control characters and that show."""

_NEWER = re.compile("[\U0001f000-\U0001faff\U00020000-\U0003fffd]")
"""Emoji and Chinese characters, of which Unicode adds more than this Python may know."""


def shown(text: object) -> str:
    r"""Return a text for one line of a terminal: what would be obeyed or not be seen is escaped.

    Joiners inside emoji and inside words of scripts that need them are ordinary writing.

    >>> print(shown("a\nb"))
    a\nb
    """
    return _escaped_where_hidden(str(text), keep="")


def shown_lines(text: object) -> str:
    """Return a text for a terminal as `shown` does, but with its line ends and tabs."""
    return _escaped_where_hidden(str(text), keep="\n\t")


def shown_sentence(text: str) -> str:
    """Return a passage of a document for a terminal, on one line."""
    return shown(" ".join(text.split()))


def shown_json(document: str) -> str:
    """Return a JSON document that means the same, with all that does not show as JSON escapes."""
    return _escaped_where_hidden(document, keep="\n", escape=_json_escape)


def _escaped_where_hidden(text: str, keep: str, escape: Callable[[str], str] | None = None) -> str:
    if text.isprintable() and not _BLANK.search(text):
        return text
    ordinary = {place for match in _ORDINARY.finditer(text) for place in range(*match.span())}
    escape = escape or _python_escape
    said = []
    is_kept = True
    for place, character in enumerate(text):
        # What belongs to a character beside it is escaped with that character.
        belongs = place in ordinary and is_kept
        if character in _JOINERS:
            belongs = belongs and _is_seen(text[place + 1])
        is_kept = belongs or character in keep or _is_seen(character)
        said.append(character if is_kept else escape(character))
    return "".join(said)


def _is_seen(character: str) -> bool:
    if character.isprintable():
        return not _BLANK.match(character)
    if _SIGNS.match(character) or _NEWER.match(character):
        return True
    # Spaces of other widths are no ASCII space, and "printable" is for Python's repr.
    return unicodedata.category(character) == "Zs"


def _python_escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode()


def _json_escape(character: str) -> str:
    return json.dumps(character)[1:-1]


_MARKDOWN = re.compile(
    r"""[\\`*\[\]<>|~]               # these mean something anywhere
    | ^[ ] | ^[-+=#] | ^\d{1,9}[.)]     # at the start: code, lists, headings
    | (?<![^\W_])_ | _(?![^\W_])       # emphasis, but not in snake_case
    | &(?=[#\w])                       # a character by its name or number
    | :(?=//) | (?<=www)\. | @         # addresses, which become links by themselves
    """,
    re.VERBOSE | re.IGNORECASE,
)


def escaped(text: object) -> str:
    r"""Return a text on one line that Markdown shows as `shown` does, in a cell of a table too.

    Only what means something is escaped, because some pages show these texts as they are.

    >>> print(escaped("*a* b_c <d>"))
    \*a\* b_c \<d\>
    """
    return _MARKDOWN.sub(_markdown_escape, shown(text))


def _markdown_escape(match: re.Match[str]) -> str:
    active = match[0]
    return r"\\x20" if active == " " else f"{active[:-1]}\\{active[-1]}"


def counted(n: int, noun: str) -> str:
    """Return a number of things, in the plural unless it is one."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def told_apart(before: float, after: float) -> str:
    """Return two confidences with as many digits, two to four, as tell them apart.

    >>> told_apart(0.5, 0.75)
    '0.50 → 0.75'
    >>> told_apart(0.951, 0.949)
    '0.951 → 0.949'
    """
    written = [f"{before:.{digits}f} → {after:.{digits}f}" for digits in (2, 3, 4)]
    return next((both for both in written if len(set(both.split(" → "))) == 2), written[-1])


def now() -> str:
    """Return this moment in ISO 8601, to the second, as decisions and verdicts have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
