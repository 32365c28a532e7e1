"""How sure it is that a name is meant where it stands; pure.

A sighting is evidence of confidence 1, so it counts by itself only where nothing else can be meant.
A capital is what tells a name from a word. Where it says nothing, something else has to.
"""

import re
from dataclasses import dataclass
from enum import Enum

from extractors.facts import Span
from graphdb.spotting.borders import is_spaceless

SHORTEST = 3
"""Characters of a name that counts by itself; "IT" and "US" are too much like words."""
SHORTEST_WORD = 4
"""Characters of a name of one word in small letters that counts by itself."""
_NOUNS_HAVE_CAPITALS = frozenset(("de", "lb"))
_BEFORE_SENTENCE = " \t\"'“‘«„([*#>•"
_ENDS_SENTENCE = frozenset(".!?…|\n\r。！？")
_WORD_BEFORE = re.compile(r"(\w[\w.'’&-]*) $")
_WORD_BEHIND = re.compile(r" (\w)")
_FUNCTION_WORDS = frozenset(
    ("the", "a", "an", "in", "at", "on", "for", "of", "by", "from", "with", "to", "and", "but",
     "when", "while", "if", "as", "after", "since", "before", "le", "la", "les", "el", "il", "der",
     "die", "das")
)  # fmt: skip
_LOOKED_AT = 40
"""Characters before a name in which the word before it is looked for."""


class Sureness(Enum):
    """What it takes for a name to be meant where it stands."""

    BY_ITSELF = "nothing more"
    WITH_ANOTHER = "another name of the thing in the document, or that the reader read it there"
    AS_READ = "that the reader read it there"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where a name of the catalogue stands."""

    span: Span
    type: str
    name: str
    """As the catalogue has it."""
    ids: frozenset[str]
    """Of the things in the catalogue that have the name."""
    sureness: Sureness


def sureness(text: str, span: Span, language: str = "", *, has_capitals: bool = True) -> Sureness:
    """Return what it takes for a name to be meant there.

    Args:
        text: Of the document.
        span: Where the name stands, as whole words.
        language: Code of the document's language, if anybody knows.
        has_capitals: Whether the catalogue has it with capitals, so that these tell it from a word.
    """
    written = text[span.start : span.end]
    n_signs = len("".join(written.split()))
    if not any(map(str.isalpha, written)):
        return Sureness.AS_READ  # a number is a year, a sum or a page
    if n_signs < SHORTEST:
        return Sureness.WITH_ANOTHER
    if is_spaceless(written) or len(written.split()) > 1:
        return Sureness.BY_ITSELF
    if written.lower() == written.upper():  # a script without capitals
        return Sureness.BY_ITSELF
    if not has_capitals:
        return Sureness.BY_ITSELF if n_signs >= SHORTEST_WORD else Sureness.WITH_ANOTHER
    if _is_beside_capital(text, span):
        return Sureness.AS_READ  # "Washington" in "Denzel Washington", "Apple" in "Apple Bank"
    is_more = any(map(str.isupper, written[1:]))  # "IBM", "YouTube": no word is written so
    says_nothing = not is_more and (
        language in _NOUNS_HAVE_CAPITALS or _begins_sentence(text, span.start)
    )
    if says_nothing or _is_all_capitals(text, span):
        return Sureness.WITH_ANOTHER
    return Sureness.BY_ITSELF


def _is_beside_capital(text: str, span: Span) -> bool:
    """Say whether the word before or behind begins with a capital, and says something by it."""
    behind = _WORD_BEHIND.match(text, span.end)
    if behind and behind[1].isupper():
        return True
    start = max(span.start - _LOOKED_AT, 0)
    before = _WORD_BEFORE.search(text[start : span.start])
    if not before or not before[1][0].isupper() or before[1].endswith("."):
        return False
    word = before[1].lower()
    if not _begins_sentence(text, start + before.start(1)):
        return True
    # At the beginning of a sentence a capital says something of a word that is a name elsewhere.
    return word not in _FUNCTION_WORDS and f" {word} " not in text


def _begins_sentence(text: str, start: int) -> bool:
    place = start
    while place > 0 and text[place - 1] in _BEFORE_SENTENCE:
        place -= 1
    return place == 0 or text[place - 1] in _ENDS_SENTENCE


def _is_all_capitals(text: str, span: Span) -> bool:
    """Say whether the line has no small letter, so that capitals say nothing in it."""
    start = max(text.rfind("\n", 0, span.start) + 1, span.start - 200)
    end = text.find("\n", span.end)
    end = min(end if end >= 0 else len(text), span.end + 200)
    around = text[start : span.start] + text[span.end : end]
    return not any(map(str.islower, around)) and any(map(str.isupper, around))
