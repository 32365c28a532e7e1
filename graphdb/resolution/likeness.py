"""What two names have in common, and what sets them apart; pure.

The first reason that holds is the pair's: they are ordered from what says most to what says least.
"""

from dataclasses import dataclass
from enum import StrEnum

from graphdb.resolution.names import Name


class Reason(StrEnum):
    """Why two names may mean one thing, in the words in which people are told."""

    KNOWN = "a list of names has both for one thing"
    DEFINED = "a text gives one as the abbreviation of the other"
    LETTERS = "the same letters, spaces, dots, hyphens and accents aside"
    LEGAL_FORM = "the same but for a legal form or a title"
    WORDS = "the same words in another order"
    PLURAL = "the same but for the ending of a plural"
    INITIALS = "the same family name, and initials that fit"
    MIDDLE = "the same but for a name in the middle"
    ACRONYM = "one is the initials of the other"
    SPELLING = "nearly the same letters"
    EQUATED = "a text has one in brackets behind the other"
    PART = "one is a part of the other"


SHORTEST_MISSPELT = 5
"""Letters of a word that may be misspelt; two may be wrong in one twice as long."""

OPPOSITES = (("hyper", "hypo"), ("inter", "intra"), ("pre", "post"), ("micro", "macro"),
             ("north", "south"), ("east", "west"), ("agonist", "antagonist"))  # fmt: skip
"""What turns a word into its opposite with few letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two names are, their surroundings aside."""

    reason: Reason
    n_letters: int
    """Letters of the shorter name: few of them mean little."""
    is_series: bool
    """Whether they differ in a number, as things of a series do."""
    differs_in_sign: bool
    """Whether a sign at an end tells them apart."""


def likeness(
    one: Name, other: Name, *, equated: bool = False, known: bool = False
) -> Likeness | None:
    """Return what two names of one type have in common; nothing if too little.

    Args:
        one: A name.
        other: Another one.
        equated: Whether a text says "X (Y)" of them.
        known: Whether a list of names has both for one thing.
    """
    if not (one.letters and other.letters):
        return None
    reason = Reason.KNOWN if known else _reason(one, other, equated=equated)
    if reason is None:
        return None
    # An abbreviation does not have the numbers and signs of what it stands for. What an entry of a
    # list or a text in brackets says is stronger than numbers and signs, too.
    is_abbreviated = reason in (Reason.ACRONYM, Reason.DEFINED, Reason.KNOWN, Reason.EQUATED)
    return Likeness(
        reason=reason,
        n_letters=min(len(one.core_letters), len(other.core_letters)),
        is_series=not is_abbreviated and _numbers(one, reason) != _numbers(other, reason),
        differs_in_sign=not is_abbreviated and one.signs != other.signs,
    )


def _numbers(name: Name, reason: Reason) -> tuple[str, ...]:
    if reason not in (Reason.INITIALS, Reason.MIDDLE):
        return name.numbers
    return tuple(each for each in name.numbers if len(each) > 1)  # an initial is no number


def _reason(one: Name, other: Name, *, equated: bool) -> Reason | None:
    # In the order of `Reason`, so that the first that holds is the one that says most.
    tests = (
        (Reason.DEFINED, equated and (_abbreviates(one, other) or _abbreviates(other, one))),
        (Reason.LETTERS, one.letters == other.letters),
        (Reason.LEGAL_FORM, one.core_letters == other.core_letters),
        (Reason.WORDS, len(one.core) > 1 and sorted(one.core) == sorted(other.core)),
        (Reason.PLURAL, "".join(one.stems) == "".join(other.stems)),
    )
    reason = next((reason for reason, holds in tests if holds), None)
    if reason:
        return reason
    # "J Keene" may be John Keene. In small letters, "t cell" is no initial of "tumour cell".
    may_be_people = one.is_capitalised and other.is_capitalised
    if may_be_people and (people := _as_people(one.core, other.core)):
        return people
    if _is_acronym(one, other) or _is_acronym(other, one):
        return Reason.ACRONYM
    if _is_misspelt(one.core, other.core):
        return Reason.SPELLING
    if equated:
        return Reason.EQUATED
    return Reason.PART if _is_part(one.core, other.core) else None


def _is_acronym(short: Name, long: Name) -> bool:
    return short.is_acronym and short.letters in long.acronyms


def _abbreviates(short: Name, long: Name) -> bool:
    """Say whether the letters of one are found in the other in their order, the first at a word.

    After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in
    biomedical text" (2003).
    """
    letters = short.letters
    if len(letters) >= len(long.letters) or not long.words:
        return False
    # The limits of the paper: an abbreviation has at most two words and ten letters.
    if len(short.words) > 2 or len(letters) > 10:
        return False
    text, place = " ".join(long.words), -1
    # Each letter is taken where it stands first. That leaves the most text for the letters behind
    # it, so if any way fits, this one does.
    for number, letter in enumerate(letters):
        if number == 0:
            place = 0 if text[0] == letter else text.find(f" {letter}") + 1
            if place == 0 and text[0] != letter:  # `find` returned -1: no word begins with it
                return False
        else:
            place = text.find(letter, place + 1)
            if place < 0:
                return False
    return True


def _as_people(one: tuple[str, ...], other: tuple[str, ...]) -> Reason | None:
    """Say whether names have a family name in common, and first names or initials that agree.

    "J R R Tolkien", "JRR Tolkien" and "John Tolkien" agree; "John" and "James" do not.
    """
    if min(len(one), len(other)) < 2 or one[-1] != other[-1] or len(one[-1]) < 2:
        return None
    given, others = _given(one), _given(other)
    # First names that only one of the two has are in no pair: a text may leave them out.
    pairs = list(zip(given, others, strict=False))
    if not all(mine.startswith(theirs) or theirs.startswith(mine) for mine, theirs in pairs):
        return None
    if any(mine != theirs and 1 in (len(mine), len(theirs)) for mine, theirs in pairs):
        return Reason.INITIALS
    # "Jo" begins as "John" does and is no initial: it may be another name.
    return Reason.MIDDLE if given[0] == others[0] else None


def _given(words: tuple[str, ...]) -> list[str]:
    """Return first names; what has no vowel and is short is initials."""
    given: list[str] = []
    for word in words[:-1]:
        is_initials = len(word) <= 3 and not set(word) & set("aeiouy")
        given += list(word) if is_initials else [word]
    return given


def _is_misspelt(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether words differ by a letter or two, each from the one in its place."""
    if len(one) != len(other):
        return False
    pairs = [(mine, theirs) for mine, theirs in zip(one, other, strict=True) if mine != theirs]
    return len(pairs) <= 2 and all(_is_misspelt_word(*pair) for pair in pairs)


def _is_misspelt_word(one: str, other: str) -> bool:
    length = min(len(one), len(other))
    # Hardly anybody misspells the first letter. And a digit is no letter: CYP2D6 is not CYP2C6.
    if length < SHORTEST_MISSPELT or one[0] != other[0] or any(map(str.isdecimal, one + other)):
        return False
    # Of the two replacements one changes nothing, and the other makes the opposite: "hypertension"
    # and "hypotension" differ in two letters.
    if any({one, other} == {one.replace(a, b), one.replace(b, a)} for a, b in OPPOSITES):
        return False
    from rapidfuzz.distance import DamerauLevenshtein  # as what `names` takes apart names with

    return DamerauLevenshtein.distance(one, other) <= (2 if length >= 2 * SHORTEST_MISSPELT else 1)


def _is_part(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) < len(long) and short in (long[: len(short)], long[-len(short) :])
