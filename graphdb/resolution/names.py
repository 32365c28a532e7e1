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
from graphdb.resolution import people
from graphdb.resolution.wording import (
    NUMBERS,
    ROMAN,
    american,
    numbered,
    singular,
    sounds,
    written_out,
)

# What these take apart names with is imported where it is needed: every command imports this
# module, and most of them, and the base without the role `graph`, need none of it.
if TYPE_CHECKING:
    from opencc import OpenCC

_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_POSSESSIVE = re.compile(r"'s?\b")
_NUMBER = re.compile(r"\d+")
# Some signs mean something anywhere, some only in front, some only at the end.
_SIGN = re.compile(r"[<>+≤≥±→]|^[-~.#*]|[-#*!?]+$")
_BRACKETED = re.compile(r"^(?P<before>.+?) \((?P<inside>[^()]+)\)$")
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.\s?){2,}")
_DOTTED = re.compile(r"([^\W\d_]+)\.")
# A letter that no Latin alphabet has.
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2c00-\ua71f\uab70-\ufaff]")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"(?<=.)[aeiouvhy]+")

_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu"}
_SMALL_WORDS = frozenset(
    ("the", "of", "and", "for", "in", "on", "at", "to", "a", "an", "de", "du", "des", "der", "die",
     "das", "und", "la", "le", "les", "el", "et", "y", "e", "von", "van", "da", "do", "del")
)  # fmt: skip
PLACES = frozenset(("Location", "Country", "Place", "GPE", "LOC"))
"""Entity types of places: "Dutch" and "the Netherlands" may be two names of one of them, and many
people have a place in common."""
MOST_INVERTED = (2, 3)
"""Words before and behind the comma of a name that begins with the family name."""
MOST_INITIALS = 4
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
    def _parts(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Its core, its legal form, and its titles."""
        ordered = self._family_name_first or self.words
        business = _without_legal_form(ordered)
        n_words = len(business)
        # M. S. Keene is no Ms. Keene, though both are "ms keene" by now. Of "M.D." at the end,
        # most are doctors.
        titles = {
            place
            for place, word in enumerate(business)
            if (word in people.TITLES and (word not in self._dotted or (place and word == "md")))
            or (word in people.GENERATIONS and place == n_words - 1 > 1)
            or (word in people.SUFFIXES and n_words > 2 and place > 1)
        }
        if not titles:
            return business, ordered[n_words:], ()
        core = tuple(word for place, word in enumerate(business) if place not in titles)
        if not core:  # it is nothing but a title
            return business, ordered[n_words:], ()
        return core, ordered[n_words:], tuple(business[place] for place in sorted(titles))

    @cached_property
    def _dotted(self) -> frozenset[str]:
        """Its words that are initials with dots."""
        return frozenset(
            "".join(filter(str.isalpha, dotted)).lower() for dotted in _INITIALS.findall(self.text)
        )

    @cached_property
    def given(self) -> tuple[str, ...]:
        """What stands before the last word of the core: first names, each initial by itself."""
        capitals = {word.lower() for word in self.text.split() if word.isupper()}
        given: list[str] = []
        for word in self.core[:-1]:
            # "JRR" and "J.A.": short and in capitals, with dots, or without a vowel.
            is_initials = len(word) <= MOST_INITIALS and (
                word in self._dotted
                or (word in capitals and not self.text.isupper())
                or not set(word) & set("aeiouy")
            )
            given += list(word) if is_initials else [word]
        return tuple(given)

    @cached_property
    def _family_name_first(self) -> tuple[str, ...]:
        """Its words in the usual order, if the text is "Keene, John"; else none."""
        if "," not in self.text or self.type in PLACES:
            return ()
        # What follows a name is no part of it: "Keene, John, Jr.", "Acme, Inc."
        parts = [words for part in self.text.split(",") if (words := _words(normalised_name(part)))]
        named = [
            part
            for number, part in enumerate(parts)
            if not number
            or not (
                _is_legal_form(part)
                or all(
                    word in people.TITLES | people.SUFFIXES or word in people.GENERATIONS
                    for word in part
                )
            )
        ]
        if len(named) != len(MOST_INVERTED) or not self.is_capitalised:
            return ()
        if any(len(part) > most for part, most in zip(named, MOST_INVERTED, strict=True)):
            return ()
        behind = tuple(word for part in parts if part not in named for word in part)
        return (*named[1], *named[0], *behind)

    @cached_property
    def is_inverted(self) -> bool:
        """Whether the text has the family name first, with a comma behind it."""
        return bool(self._family_name_first)

    @cached_property
    def core(self) -> tuple[str, ...]:
        """Its words in the usual order, without a legal form ("Ltd") and titles ("Dr")."""
        return self._parts[0]

    @cached_property
    def legal_form(self) -> frozenset[str]:
        """The words of its legal form, each in one way."""
        return frozenset(_LEGAL_WORDS.get(word, word) for word in self._parts[1])

    @cached_property
    def titles(self) -> frozenset[str]:
        """The titles before and behind it."""
        return frozenset(self._parts[2])

    @cached_property
    def sex(self) -> str:
        """What a title says of it: "m", "f", or nothing."""
        if self.titles & people.FEMININE:
            return "f"
        return "m" if self.titles & people.MASCULINE else ""

    @cached_property
    def generation(self) -> str:
        """Whether it is that of a father ("sr") or of a child ("jr"), if it says so."""
        return next((people.GENERATIONS[t] for t in self._parts[2] if t in people.GENERATIONS), "")

    @cached_property
    def full(self) -> tuple[str, ...]:
        """The words of the core written out, numbers in digits, in American spelling."""
        dotted = frozenset(map(str.lower, _DOTTED.findall(self.text) if "." in self.text else ()))
        long = written_out(self.core, dotted)
        return tuple(
            american(numbered(word, may_be_roman=place > 0)) for place, word in enumerate(long)
        )

    @cached_property
    def full_letters(self) -> str:
        """The letters and digits of the core written out."""
        return "".join(self.full)

    @cached_property
    def large_words(self) -> tuple[str, ...]:
        """The words of `full` without "of" and "the"."""
        return tuple(word for word in self.full if word not in _SMALL_WORDS)

    @cached_property
    def bag(self) -> tuple[str, ...]:
        """The words of `full` in the alphabet's order, without "of" and "the"."""
        return tuple(sorted(self.large_words))

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
            numbered(word)
            for word in self.words[1:]
            # "M.D." is no number.
            if word not in self.titles
            and ((ROMAN.fullmatch(word) and len(word) > 1) or (len(word) == 1 and word.isalpha()))
        ]
        ordinals = [numbered(word) for word in self.words if word in NUMBERS]
        return tuple(sorted(_NUMBER.findall(self.letters) + of_words + ordinals))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The words of `full` without the ending of a plural."""
        return tuple(map(singular, self.full))

    @cached_property
    def stem_letters(self) -> str:
        """The letters and digits of the core written out, without the ending of a plural."""
        return "".join(self.stems)

    @cached_property
    def is_of_other_script(self) -> bool:
        """Whether it has letters that no Latin alphabet has."""
        return bool(_OTHER_SCRIPT.search(self.text))

    @cached_property
    def is_chinese(self) -> bool:
        """Whether it is in Chinese characters, many of which sound alike."""
        return bool(_CJK.search(self.text))

    @cached_property
    def sounds(self) -> str:
        """Roughly how it sounds, in Latin letters."""
        words = self.stems
        if self.is_chinese:
            from anyascii import anyascii

            words = tuple(anyascii(word).lower() for word in words)
        return _DOUBLED.sub(r"\1", "".join(map(sounds, words)))

    @cached_property
    def skeleton(self) -> str:
        """What hardly any misspelling changes: the first sound and the consonants."""
        return _VOWELS.sub("", self.sounds)

    @cached_property
    def is_acronym(self) -> bool:
        """Whether it is one word, most of it capitals, so that it may stand for several."""
        capitals = sum(map(str.isupper, self.text))
        return len(self.words) == 1 and capitals >= 2 and 2 * capitals >= len(self.letters)

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """What its words are abbreviated to: all of them, and without "of" and "the"."""
        of_words = _acronyms(self.words)
        return of_words if self.core == self.words else of_words | _acronyms(self.core)

    def blocks(self) -> frozenset[str]:
        """Return the keys of the blocks that the name is in; hashes, so that they cite nothing."""
        # Most names are in one block for two reasons. A set, so that it is hashed once.
        return frozenset(hashed("block", self.type, block) for block in set(self._blocks()))

    def _blocks(self) -> Iterator[str]:
        core = self.core
        # Written out and without the ending of a plural, so that all forms of a word meet.
        yield f"letters {self.core_letters}"
        yield f"letters {self.stem_letters}"
        if len(core) > 1:
            yield f"words {' '.join(map(singular, self.bag))}"
            # Family name and one letter: "J Keene" and "John Keene" meet here, and, by the letter
            # of the name it is short for, "Bill Keene" and "William Keene".
            for first in people.formal_names(core[0]):
                yield f"person {core[-1]} {first[0]}"
            yield f"person {core[0]} {core[-1][0]}"  # where the family name comes first
        # An acronym and what it may stand for meet in the block of its letters.
        yield from (f"acronym {each}" for each in self.acronyms)
        if self.is_acronym:
            yield f"acronym {self.letters}"
        # Many names of unlike things share a short skeleton, so a short one is no block.
        if len(self.skeleton) >= SHORTEST_SKELETON:
            yield f"skeleton {self.skeleton}"


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


@cache
def _legal_ends() -> frozenset[str]:
    return frozenset(words[-1] for words in _legal_forms() if words)


def _is_legal_form(words: tuple[str, ...]) -> bool:
    return words in _legal_forms()


_LONGEST_LEGAL_FORM = 5
_LEGAL_WORDS = {"limited": "ltd", "incorporated": "inc", "corporation": "corp", "company": "co"}
"""Two ways of writing one form."""


def _words(text: str) -> tuple[str, ...]:
    words = tuple(_WORD.findall(_plain(_POSSESSIVE.sub("", text))))
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _without_legal_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words without legal forms at their end; what is nothing else stays."""
    if not words or words[-1] not in _legal_ends():  # most names have none
        return words
    for n_words in range(min(_LONGEST_LEGAL_FORM, len(words) - 1), 0, -1):
        if words[-n_words:] in _legal_forms():
            rest = words[:-n_words]
            # "Smith & Co" is Smith, but "The Firm and Co" would be nothing.
            return _without_legal_form(rest[:-1] if rest[-1] == "and" and rest[1:] else rest)
    return words


def _acronyms(words: tuple[str, ...]) -> frozenset[str]:
    large = tuple(word for word in words if word not in _SMALL_WORDS)
    acronyms = {_initials(each) for each in (words, large) if len(each) > 1}
    return frozenset(each for each in acronyms if len(each) <= LONGEST_ACRONYM)


def _initials(words: tuple[str, ...]) -> str:
    return "".join(word if word.isdecimal() else word[0] for word in words)
