"""A name taken apart for comparison, and the blocks in which it meets names like it; pure.

Two names are compared only if they share a block. A block is a key that names have in common for
one reason: the same letters, the same initials, the same words in another order. So no step looks
at all pairs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

from graphdb.identity import hashed, normalised_name

# What these take apart names with is imported where it is needed: every command imports this
# module, and most of them, and the base without the role `graph`, need none of it.
if TYPE_CHECKING:
    from opencc import OpenCC

_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_POSSESSIVE = re.compile(r"'s?\b")
_NUMBER = re.compile(r"\d+")
# The look-ahead refuses the empty text: every part behind it may be missing.
_ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(?:c[md]|d?c{0,3})(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})")
# Some signs mean something anywhere, some only in front, some only at the end.
_SIGN = re.compile(r"[<>+≤≥±→]|^[-~.#*]|[-#*!?]+$")
_BRACKETED = re.compile(r"^(?P<before>.+?) \((?P<inside>[^()]+)\)$")
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.\s?){2,}")
_VOWELS = re.compile(r"(?<=.)[aeiouwhy]+")
_DOUBLED = re.compile(r"(.)\1+")
_ES_OF_PLURAL = re.compile(r"(?:ss|gas|(?<![aeo])us)es$")

_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu"}
_SMALL_WORDS = frozenset(
    ("the", "of", "and", "for", "in", "on", "at", "to", "a", "an", "de", "du", "des", "der", "die",
     "das", "und", "la", "le", "les", "el", "et", "y", "e", "von", "van", "da", "do", "del")
)  # fmt: skip
_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "lord", "lady", "dame", "saint",
     "president", "king", "queen", "prince", "princess", "pope", "general", "captain", "col",
     "jr", "sr", "phd", "md")
)  # fmt: skip
SHORTEST_SKELETON = 4
LONGEST_ACRONYM = 8


@dataclass(frozen=True)
class Name:
    """A name of one type, in the forms in which names are compared."""

    type: str
    text: str

    @cached_property
    def normalised(self) -> str:
        """What its key is computed from."""
        return normalised_name(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words in plain letters, without possessive endings and a leading article."""
        text = self.normalised
        # "Nordic Rail Agency (NRA)" says its name twice, and "Paris (Texas)" does not.
        match = _BRACKETED.match(text)
        if match and match["inside"] in _acronyms(_words(match["before"])):
            text = match["before"]
        return _words(text)

    @cached_property
    def core(self) -> tuple[str, ...]:
        """Its words without a legal form ("Ltd") and titles ("Dr")."""
        business = _without_legal_form(self.words)
        # M. S. Keene is no Ms. Keene, though both are "ms keene" by now. Of "M.D." at the end,
        # most are doctors.
        initials = {
            "".join(filter(str.isalpha, dotted)).lower() for dotted in _INITIALS.findall(self.text)
        }
        untitled = tuple(
            word
            for place, word in enumerate(business)
            if word not in _TITLES or (word in initials and not (place and word == "md"))
        )
        return untitled or business

    @cached_property
    def letters(self) -> str:
        """All letters and digits in a row: spaces, dots and hyphens do not count."""
        return "".join(self.words)

    @cached_property
    def core_letters(self) -> str:
        """The letters and digits of the core."""
        return "".join(self.core)

    @cached_property
    def signs(self) -> tuple[str, ...]:
        """Signs that mean something: A- is no A, and A>G is no G>A."""
        return tuple(_SIGN.findall(self.normalised))

    @cached_property
    def is_capitalised(self) -> bool:
        """Whether each of its words begins with a capital, as those of a person's name do."""
        return all(word[0].isupper() for word in self.text.split())

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Its numbers, Roman ones too, and single letters: what tells things of a series apart."""
        # The first word says what the thing is, or is an initial: "Pius XI", but "X Corp".
        of_words = [
            word
            for word in self.words[1:]
            if (_ROMAN.fullmatch(word) and len(word) > 1) or len(word) == 1
        ]
        return tuple(sorted(_NUMBER.findall(self.letters) + of_words))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Its words without the ending of a plural."""
        return tuple(_stem(word) for word in self.core)

    @cached_property
    def is_acronym(self) -> bool:
        """Whether it is one word, most of it capitals, so that it may stand for several."""
        capitals = sum(map(str.isupper, self.text))
        return len(self.words) == 1 and capitals >= 2 and 2 * capitals >= len(self.letters)

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """What its words are abbreviated to: all of them, and without "of" and "the"."""
        return _acronyms(self.words) | _acronyms(self.core)

    def blocks(self) -> frozenset[str]:
        """Return the keys of the blocks that the name is in; hashes, so that they cite nothing."""
        return frozenset(hashed("block", self.type, block) for block in self._blocks())

    def _blocks(self) -> Iterator[str]:
        core = self.core
        # With and without the ending of a plural, so that either form meets the other.
        yield f"letters {self.core_letters}"
        yield f"letters {''.join(self.stems)}"
        if len(core) > 1:
            yield f"words {' '.join(sorted(self.stems))}"
            # Family name and one letter: "J Keene" and "John Keene" meet here.
            yield f"person {core[-1]} {core[0][0]}"
            yield f"person {core[0]} {core[-1][0]}"  # where the family name comes first
        # An acronym and what it may stand for meet in the block of its letters.
        yield from (f"acronym {each}" for each in self.acronyms)
        if self.is_acronym:
            yield f"acronym {self.letters}"
        # Many names of unlike things share a short skeleton, so a short one is no block.
        skeleton = _skeleton(self.core_letters)
        if len(skeleton) >= SHORTEST_SKELETON:
            yield f"skeleton {skeleton}"
            yield f"skeleton {_skeleton(''.join(self.stems))}"


@lru_cache(maxsize=200_000)
def name(type_: str, text: str) -> Name:
    """Return a name taken apart; kept, because one is compared with many."""
    return Name(type_, text)


def _plain(text: str) -> str:
    """Return a text in Latin letters; Chinese in simplified characters, because sounds differ."""
    if text.isascii():
        return text
    spelled = "".join(_GREEK.get(character, character) for character in text)
    if _CJK.search(spelled):
        return str(_simplifying().convert(spelled))
    from anyascii import anyascii

    return anyascii(spelled).lower()


@cache
def _simplifying() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")  # reads its tables, which many graphs never need


@cache
def _legal_forms() -> frozenset[tuple[str, ...]]:
    from cleanco import prepare_default_terms

    return frozenset(tuple(words) for _, words in prepare_default_terms())


_LONGEST_LEGAL_FORM = 5


def _words(text: str) -> tuple[str, ...]:
    words = tuple(_WORD.findall(_plain(_POSSESSIVE.sub("", text))))
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _without_legal_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words without legal forms at their end; what is nothing else stays."""
    for n_words in range(min(_LONGEST_LEGAL_FORM, len(words) - 1), 0, -1):
        if words[-n_words:] in _legal_forms():
            return _without_legal_form(words[:-n_words])
    return words


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    # "Viruses" are a virus and "classes" a class. But "diseases", "cases" and "houses" have lost
    # an "s" alone: with "es" gone, they would not be the plural of anything.
    if len(word) > 4 and _ES_OF_PLURAL.search(word):
        return word[:-2]
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word


def _acronyms(words: tuple[str, ...]) -> frozenset[str]:
    large = tuple(word for word in words if word not in _SMALL_WORDS)
    acronyms = {_initials(each) for each in (words, large) if len(each) > 1}
    return frozenset(each for each in acronyms if len(each) <= LONGEST_ACRONYM)


def _initials(words: tuple[str, ...]) -> str:
    return "".join(word if word.isdecimal() else word[0] for word in words)


def _skeleton(letters: str) -> str:
    """Return what hardly any misspelling changes: the first letter and the consonants."""
    return _VOWELS.sub("", _DOUBLED.sub(r"\1", letters))
