"""Bytes as text, in whatever encoding they are: told by their marks, or by how they read.

No character is ever put in the place of one that cannot be read: a text that cannot be decoded as a
whole is no text, and whoever has it can say in a setting what its encoding is.
"""

import codecs
import re
from typing import TYPE_CHECKING

from flows.sources.values import UnreadableError

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatches

UTF_8 = "utf-8"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16, so it is asked for first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

CANDIDATES = (
    "cp1252",
    "iso8859_15",
    "cp1250",
    "iso8859_2",
    "cp1251",
    "koi8_r",
    "koi8_u",
    "cp866",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp1258",
    "cp874",
    "gb18030",
    "big5",
    "cp932",
    "euc_jp",
    "iso2022_jp",
    "cp949",
)
"""Encodings that are guessed. Rarer ones (DOS, old Macs) read like these and have to be named."""

_WIDER = {
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
"""Encodings that are written under the name of a narrower one, as browsers read them."""

BYTES_LOOKED_AT = 100_000
"""How much of a text an encoding is guessed from."""

_WESTERN = "äöüß àâçèéêëîïôùûüÿœæ áéíñóúüºª ãõáéíóúâêôçàü àèéìíòóù éèëïöüáóíĳ åäöæøéàü áéíóúýðþæö"
_CENTRAL = "ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű čćđšž ăâîșțşţ äëçáéíóúý čšžöäü"
_BALTIC = "ąčęėįšųūž āčēģīķļņōŗšūž äõöüšž"
_TURKISH = "çğıiöşüâîûi̇"
_ALPHABETS = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "cp1257": _BALTIC,
    "cp1254": _TURKISH,
    "iso8859_15": _WESTERN,
    "iso8859_2": _CENTRAL,
}
"""For each encoding of Latin letters those that a language writes beside the plain ones.

What is read in the wrong one of them looks as good, but for letters that no one language has:
"Genčve", "Dvoøák".
"""

_NO_TEXT = re.compile(
    "[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What stands in no text: where it comes out, the bytes are none, or the guess is wrong."""

_ODD = re.compile(
    r"[^\W\d_][\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7][^\W\d_]"
    "|[\u3131-\u318e]|[\uff61-\uff9f]|(?:^|[\\s(])[\u0e30-\u0e3a\u0e45-\u0e4e]"
)
"""Signs within words, letters of syllables alone, halves of Japanese letters, vowels of nothing."""

_NOT_ASCII = re.compile("[^\x00-\x7f]")

WHOLE_LETTERS = 4
"""Letters of UTF-8 for each broken one from which on a text is broken, and not of another encoding.
Of pairs of bytes that are Chinese letters one in three looks like a letter of UTF-8."""

_JAPANESE_SHIFT = b"\x1b$"
"""How Japanese letters in seven bits begin, which look like ASCII otherwise."""


def decoded(content: bytes, encoding: str = "", declared: str = "") -> str:
    """Return bytes as text, without a byte order mark; line ends stay as they are.

    Args:
        content: The bytes of a whole text.
        encoding: The encoding that it has, unless it begins with the mark of another; empty: it is
            found out.
        declared: The encoding that the text itself names: believed if the text can be read so.

    Raises:
        UnreadableError: They are not of that encoding, or of none that can be told; says where.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strict(content, name, n_skipped=len(mark) if name == UTF_8 else 0)
    if encoding:
        return _strict(content, known_encoding(encoding))
    names = [_wide_name(declared), _by_zeros(content), _by_shift(content), UTF_8]
    for name in filter(None, names):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if name == UTF_8 or not _NO_TEXT.search(text):
            return text
    if _is_broken_utf_8(content):
        return _strict(content, UTF_8)  # says where it is broken
    return _guessed(content)


def mark_of_wide(content: bytes) -> str:
    r"""Return the encoding of several bytes a letter that a text begins with the mark of, if any.

    >>> mark_of_wide("ab".encode("utf-16")), mark_of_wide(b"\xef\xbb\xbfab")
    ('UTF-16', '')
    """
    names = (name for mark, name in _MARKS if name != UTF_8 and content.startswith(mark))
    return next(names, "").upper()


def known_encoding(name: str) -> str:
    """Return Python's name of an encoding of texts.

    Raises:
        UnreadableError: There is none of this name.
    """
    try:
        "".encode(name)  # codecs of other things (`zip`, `rot13`) are no encodings
        return codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise UnreadableError(
            f"{name!r} is no encoding: give one such as utf-8 or cp1252"
        ) from error


def _wide_name(declared: str) -> str:
    try:
        name = known_encoding(declared.strip()) if declared.strip() else ""
    except ValueError:
        return ""
    return _WIDER.get(name, name)


def _strict(content: bytes, name: str, n_skipped: int = 0) -> str:
    try:
        return content[n_skipped:].decode(name)
    except UnicodeDecodeError as error:
        offset = n_skipped + error.start
        raise UnreadableError(
            f"is not {name.upper()}: byte 0x{content[offset]:02x} at offset {offset}; save it as "
            "UTF-8, or say with NIGHTLOOM_ENCODING what it is"
        ) from error


def _is_broken_utf_8(content: bytes) -> bool:
    """Say whether a text that is not UTF-8 is it but for a few bytes: one cut off, or two joined.

    In another encoding letters hardly ever look like those of UTF-8, and it would put "Ã¶" in the
    place of each of these.
    """
    text = content.decode(UTF_8, "replace")
    n_broken = text.count("\ufffd")
    n_whole = sum(1 for _ in _NOT_ASCII.finditer(text)) - n_broken
    return n_whole >= WHOLE_LETTERS * n_broken


def _by_zeros(content: bytes) -> str:
    """Return the encoding of a text without a mark in which every second byte is zero."""
    looked_at = content[:BYTES_LOOKED_AT]
    half = len(looked_at) // 2
    if len(content) % 2 or not half:
        return ""
    if looked_at[1::2].count(0) > 0.3 * half > looked_at[::2].count(0) * 10:
        return "utf-16-le"
    if looked_at[::2].count(0) > 0.3 * half > looked_at[1::2].count(0) * 10:
        return "utf-16-be"
    return ""


def _by_shift(content: bytes) -> str:
    return "iso2022_jp" if _JAPANESE_SHIFT in content else ""


def _guessed(content: bytes) -> str:
    from charset_normalizer import from_bytes

    matches = from_bytes(content[:BYTES_LOOKED_AT], cp_isolation=list(CANDIDATES))
    names = [match.encoding for match in matches]
    equally_good = [name for name in _ALPHABETS if _is_as_good(name, matches)]
    fitting = [name for name in equally_good if _fits(content, name)]
    texts = [
        text
        for name in dict.fromkeys((*fitting, *names))
        if (text := _decoded(content, name)) and not _NO_TEXT.search(text)
    ]
    for text in texts:
        if not _ODD.search(text):
            return text
    if texts:
        return texts[0]
    raise UnreadableError(
        "is in no encoding that can be told: save it as UTF-8, or say with NIGHTLOOM_ENCODING "
        "what it is"
    )


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        return ""


def _is_as_good(name: str, matches: "CharsetMatches") -> bool:
    least = min((match.chaos for match in matches), default=0.0)
    return any(match.encoding == name and match.chaos <= least for match in matches)


def _fits(content: bytes, name: str) -> bool:
    """Say whether one language has all letters that a text would have in an encoding."""
    text = content[:BYTES_LOOKED_AT].decode(name, "ignore")
    letters = {letter for letter in text.lower() if letter.isalpha() and letter > "\x7f"}
    return any(letters <= set(alphabet) for alphabet in _ALPHABETS[name].split())
