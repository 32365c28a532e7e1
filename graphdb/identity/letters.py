"""Which characters are one letter: width, accents, digits, dashes, marks that are not heard.

Everything here is a table, so that a reader can check it line by line. What is folded is what a
careful writer leaves out or types otherwise; what makes another letter of its alphabet is kept.
"""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⁃"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′`´＇ʼʹ׳‹›"), "'") | dict.fromkeys(
    map(ord, "“”„‟″«»「」『』＂〝〞״"), '"'
)
_DOTS = dict.fromkeys(map(ord, "・•‧∙⋅･"), "·")
_SIGNS = str.maketrans({"〜": "~", "∼": "~", "≈": "~", "⩽": "≤", "⩾": "≥", "≦": "≤", "≧": "≥"})
_LEFT_OUT = dict.fromkeys(map(ord, "™®©℠†‡"))
"""Marks that say something of a name and are no part of it."""

_BEFORE_NFKC = _DASHES | _QUOTES | _DOTS | _SIGNS | _LEFT_OUT

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_POWER = re.compile(f"(?<=[0-9])(?=[⁻⁺]?[{_SUPERSCRIPTS}])")
"""10⁵ is not 105; after a letter, as in m² and H₂O, nothing gets lost."""
_FRACTION = re.compile("(?<=[0-9])(?=[¼-¾⅐-⅞])")
"""5½ is not 51/2."""

# U+200D joins emoji to another one ("woman" and "laptop" to "programmer") and is kept there.
_PICTURE = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
    f"|(?<![{_PICTURE}])\u200d|\u200d(?![{_PICTURE}])"
)

_ACCENTED = "áàâãéèêëíìîïóòôõúùûýÿç"
_BARE = "aaaaeeeeiiiioooouuuyyc"
_LETTERS = str.maketrans(_ACCENTED, _BARE) | str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ı": "i",  # capital I is that of both i and ı
        "ё": "е",  # printed with and without dots
        "ς": "σ",
        # Greek capitals are written without accents.
        **dict(zip("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ", strict=True)),
        # Arabic alef with and without hamza; the Persian forms of yeh and kaf.
        **dict(zip("أإآٱیک", "ااااي" + "ك", strict=True)),
    }
)
"""After case is folded. Kept: ä ö ü å ñ ø č ł ő ş and whatever else has a place of its own in an
alphabet, or two spellings without the mark ("ü" is "u" or "ue")."""

_MARKS = re.compile(
    "(?<=i)\u0307"  # what is left of İ
    "|(?<=[аеиоуыэюяіє])\u0301"  # stress, as encyclopedias print it
    "|[\u0640\u064b-\u0652\u0670]"  # Arabic vowels, and the line that stretches a word
    "|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"  # Hebrew vowels
)


def folded_letters(text: str, *, fold_case: bool = True) -> str:
    """Return a text in which one letter has one form, and one space is between words."""
    text = _POWER.sub("^", text.translate(_BEFORE_NFKC))
    text = unicodedata.normalize("NFKC", _FRACTION.sub(" ", text)).replace("⁄", "/")
    if fold_case:
        text = text.casefold()
    # Folding case can undo NFKC, and what NFKC makes can be a dash.
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_BEFORE_NFKC)
    text = unicodedata.normalize("NFC", _MARKS.sub("", text.translate(_LETTERS)))
    if not text.isascii():
        text = "".join(map(_ascii_digit, text))
    return " ".join(text.split())


def _ascii_digit(character: str) -> str:
    """Return the digit that a digit of any script is."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
