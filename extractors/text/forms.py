"""Whether two names have a reason to stand for one thing: their letters, or the text, say so.

A reason is no proof: "Curie" may be Marie or Pierre. But two names without a reason ("Marie Curie"
and "Albert Einstein") are two things, however alike what is said of them.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from extractors.text.countries import is_same_country
from extractors.text.names import is_acronym

_ARTICLES = frozenset({"the", "a", "an"})
_TITLES = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lord", "lady"]
)
"""What stands before a name and is left out as often as not."""

_LEAST_ABBREVIATION = 3
"""Letters that an abbreviated word keeps: "Corp" of "Corporation"."""

_LEAST_STEM, _MOST_ENDING = 4, 4
"""Letters that "Portugal" and "Portuguese" begin with alike, and that may follow in each."""

_LEAST_PICKED = 4
"""Characters of a name in a script without spaces from which single ones may be picked."""

_LONGEST_GAP = 60
"""Characters between two names that are said to be one; what says so is shorter."""

_ADVERB = (
    r"(?:also|better|best|formerly|previously|originally|initially|once|now|today|later|then"
    r"|commonly|usually|often|sometimes|generally|widely|simply|only|just|popularly"
    r"|officially|professionally|hereinafter|hereafter)"
)
_NAMED = (
    r"(?:known|called|named|renamed|nicknamed|dubbed|styled|titled|rebranded|abbreviated|shortened"
    r"|referred\s+to)"
)
_SAYING = (
    rf"(?:(?:who|which|that|is|was|are|were|has|had|been|itself|and)\s+)*(?:{_ADVERB}\s+)*{_NAMED}"
    rf"(?:\s+{_ADVERB})*(?:\s+(?:as|to|by))?"
    r"|(?:is|was)\s+short\s+for|(?:stands|standing)\s+for|changed\s+(?:its|his|her|their)\s+name\s+to"
    r"|whose\s+(?:\w+\s+)?name\s+(?:is|was)"
)
"""Words that say by themselves that two names are one thing's."""

_ASIDE = (
    rf"{_ADVERB}|née|nee|né|born|alias|aka|a\.\s?k\.\s?a\.|i\.\s?e\.|viz\.|in\s+short|in\s+full"
    rf"|short(?:\s+for)?|abbr\.|or(?:\s+{_ADVERB})?"
)
"""Words that say so after a comma or a bracket."""

_SAYING_ZH = (
    r"(?:以下|下文|下)(?:简称|簡稱|称|稱)(?:为|為)?|(?:简称|簡稱)(?:为|為)?|(?:又|亦|也|或|前|旧|舊|古|俗|全)(?:名|称|稱)(?:为|為)?"
    r"|(?:原|别|別|本|曾用|英文)名|(?:改|更)名(?:为|為)?|改(?:称|稱)|即|今"
)
_QUOTE = r"[\"'“”‘’„«»「」『』《》*_]*"
_THE = r"(?:the\s+|das\s+|der\s+|die\s+|le\s+|la\s+)?"
_OPENING = r"[,，、(（\[［–—:-]+"
_BETWEEN = re.compile(
    rf"{_QUOTE}(?:\s+(?:{_SAYING})\s+"
    rf"|\s*{_OPENING}\s*(?:{_SAYING}|{_ASIDE})[:,]?\s+"
    rf"|\s*[,，、(（]?\s*(?:{_SAYING_ZH})[:：]?\s*"
    rf"|\s*(?P<bracket>[(（\[［])\s*){_THE}{_QUOTE}",
    re.IGNORECASE,
)
_AFTER_BRACKET = re.compile(rf"{_QUOTE}\s*[)）\]］,，;；/]")


def equates(text: str, left_end: int, right_start: int, right_end: int) -> bool:
    """Say whether a text puts one name down as another name of the one before it.

    >>> text = "Leningrad, now called Saint Petersburg"
    >>> equates(text, 9, 22, 38)
    True
    """
    if not 0 < right_start - left_end <= _LONGEST_GAP:
        return False
    match = _BETWEEN.fullmatch(text, left_end, right_start)
    if match is None:
        return False
    # A name alone in brackets: what follows it there must not go on ("Bolt (Acme's rival)").
    return match["bracket"] is None or _AFTER_BRACKET.match(text, right_end) is not None


@lru_cache(maxsize=10_000)
def is_form_of(short: str, long: str) -> bool:
    """Say whether a folded name looks like a shorter form of another, or like the same name.

    Its words stand in the other in the same order, some of them as initials or abbreviated; or it
    is made of the other's initials; or both have the same words; or each is one word and they have
    one stem ("Sicily", "Sicilian"); or both name one country ("Netherlands", "Dutch").
    """
    if is_same_country(short, long):
        return True
    short, long = _without_accents(short), _without_accents(long)
    if short.replace(" ", "") == long.replace(" ", ""):
        return True
    if _has_unspaced(short) or _has_unspaced(long):
        return _is_picked(short.replace(" ", ""), long.replace(" ", ""))
    words, long_words = _bare(short), _bare(long)
    return (
        is_acronym("".join(words), long_words)
        or _in_order(words, long_words)
        or sorted(words) == sorted(long_words)
        or (len(words) == len(long_words) == 1 and _have_one_stem(words[0], long_words[0]))
    )


def _without_accents(name: str) -> str:
    if name.isascii():
        return name
    letters = unicodedata.normalize("NFD", name)
    kept = "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", kept)


def _bare(name: str) -> list[str]:
    """Return the words of a name without articles and titles, if something is left."""
    words = name.split()
    left = [word for word in words if word not in _ARTICLES]
    while len(left) > 1 and left[0] in _TITLES:
        left = left[1:]
    return left or words


def _in_order(words: Sequence[str], long_words: Sequence[str]) -> bool:
    """Say whether each word is found again in a name, in order, and one of them in full."""
    rest: Iterator[str] = iter(long_words)
    n_whole = 0
    for place, word in enumerate(words):
        for other in rest:
            if _is_short_for(word, other, may_abbreviate=place > 0):
                n_whole += word == other and len(word) > 1
                break
        else:
            return False
    return n_whole > 0


def _have_one_stem(left: str, right: str) -> bool:
    letters = enumerate(zip(left, right, strict=False))
    alike = next((n for n, (a, b) in letters if a != b), min(len(left), len(right)))
    endings = max(len(left), len(right)) - alike
    return alike >= _LEAST_STEM and endings <= _MOST_ENDING and left.isalpha() and right.isalpha()


def _is_short_for(word: str, other: str, *, may_abbreviate: bool) -> bool:
    """Compare two words. A first word is not abbreviated: Paul is not short for Paula."""
    if word == other:
        return True
    short, long = sorted((word, other), key=len)
    if short.isdigit() or long.isdigit():
        return False
    least = _LEAST_ABBREVIATION if may_abbreviate else len(long)
    return long.startswith(short) and (len(short) == 1 or len(short) >= least)


def _has_unspaced(name: str) -> bool:
    return any(0x2E80 <= ord(character) < 0xD7B0 for character in name)


def _is_picked(short: str, long: str) -> bool:
    """Say whether a name is a part of another, or characters of it in order from its first on."""
    if short in long:
        return True
    rest = iter(long)
    is_in_order = all(character in rest for character in short)
    return is_in_order and short[0] == long[0] and len(short) >= 2 and len(long) >= _LEAST_PICKED
