"""Whether a stretch of a text begins and ends where words do; pure.

A name counts only as a whole: "Acme" does not stand in "Acmeists", "Smith-Acme" or "acme.com".
Scripts without spaces have no such borders.
"""

import re
import unicodedata

_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Tibetan, Burmese, Khmer, kana and Chinese characters."""
_HANGUL = re.compile("[\uac00-\ud7a3]")
_APOSTROPHES = frozenset("'’")
_HYPHENS = frozenset("-‐‑")
_JOINING = _APOSTROPHES | _HYPHENS | frozenset("&.@")
"""Between two letters, without spaces, they make one word of two."""
_DOTS_IN_NAMES = frozenset("·・‧")
"""Between the parts of a foreign name in Chinese and Japanese: 乔治·华盛顿."""
_LONGEST_ELISION = 5
"""Letters before an apostrophe that belong to no name: l', d', qu', dell'."""


def is_spaceless(text: str) -> bool:
    """Say whether a text has characters of a script that does not part words by spaces."""
    return bool(_SPACELESS.search(text) or _HANGUL.search(text))


def is_whole(text: str, start: int, end: int) -> bool:
    """Say whether a stretch of a text is made of whole words."""
    return _begins(text, start) and _ends(text, end)


def _begins(text: str, start: int) -> bool:
    first, before = text[start], text[start - 1 : start]
    further = text[start - 2 : start - 1] if start > 1 else ""
    if not before:
        return True
    if before in _DOTS_IN_NAMES and _is_of_word(further):
        return False
    if _SPACELESS.match(first) or _SPACELESS.match(before):
        return True
    if _is_of_word(before):
        return False
    is_joined = before in _JOINING and _is_of_word(further)
    return not is_joined or (before in _APOSTROPHES and _is_elision(text, start - 1))


def _ends(text: str, end: int) -> bool:
    last, behind, further = text[end - 1], text[end : end + 1], text[end + 1 : end + 2]
    if not behind:
        return True
    if _is_mark(behind) or (behind in _DOTS_IN_NAMES and _is_of_word(further)):
        return False
    if _SPACELESS.match(last) or _SPACELESS.match(behind):
        return True
    if _is_of_word(behind):
        # Korean particles follow a name without a space.
        return bool(_HANGUL.match(last) and _HANGUL.match(behind))
    if behind in _HYPHENS:
        # "Cl-" is no "Cl". Two hyphens are a dash.
        return further in _HYPHENS
    if behind in "+#":  # "C" is not "C++"
        return False
    if behind in _JOINING and _is_of_word(further):
        is_possessive = further in ("s", "S") and not _is_of_word(text[end + 2 : end + 3])
        return behind in _APOSTROPHES and is_possessive
    return True


def _is_elision(text: str, apostrophe: int) -> bool:
    """Say whether an article or the like ends there: "l'Oréal", and not "O'Brien"."""
    start = apostrophe
    while start > 0 and _is_of_word(text[start - 1]) and apostrophe - start <= _LONGEST_ELISION:
        start -= 1
    word = text[start:apostrophe]
    return len(word) <= _LONGEST_ELISION and word.islower()


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_" or _is_mark(character)


def _is_mark(character: str) -> bool:
    """Say whether a character belongs to the letter before it, as an accent may."""
    return bool(character) and unicodedata.category(character).startswith("M")
