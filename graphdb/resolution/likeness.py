"""What two names have in common, and what sets them apart; pure.

The first reason that holds is the pair's: they are ordered from what says most to what says least.
"""

from dataclasses import dataclass
from enum import StrEnum

from graphdb.resolution import people
from graphdb.resolution.names import Name
from graphdb.resolution.wording import consonants


class Reason(StrEnum):
    """Why two names may mean one thing, in the words in which people are told."""

    KNOWN = "a list of names has both for one thing"
    DEFINED = "a text gives one as the abbreviation of the other"
    ALIAS = "a text says that one is also called the other"
    LETTERS = "the same letters, spaces, dots, hyphens and accents aside"
    INVERTED = "the same, with the family name first"
    LEGAL_FORM = "the same but for a legal form"
    TITLE = "the same but for a title"
    WRITTEN_OUT = "the same but for words that are abbreviated, numbered or spelt in another way"
    PLURAL = "the same but for the ending of a plural"
    SMALL_WORDS = 'the same but for words such as "of" and "the"'
    MIDDLE_INITIAL = "the same but for a name in the middle that one abbreviates"
    ALPHABET = "the same name in another alphabet"
    WORDS = "the same words in another order"
    INITIALS = "the same family name, and initials that fit"
    MIDDLE = "the same but for a name in the middle"
    SHORT_FORM = "the same family name, and a short form of the first name"
    ACRONYM = "one is the initials of the other"
    SOUNDS = "the same sounds, spelt in another way"
    SPELLING = "nearly the same letters"
    EQUATED = "a text has one in brackets behind the other"
    PART = "one is a part of the other"


SHORTEST_MISSPELT = 5
"""Letters of a word that may be misspelt; two may be wrong in one twice as long."""
SHORTEST_RESPELT = 7
"""Letters of a word of which two vowels may differ."""
SHORTEST_SLIP = 3
"""Letters of a word of a longer name from which one may be missing."""
LONG_ENOUGH = 12
"""Letters of a name in which a short word with a letter too few is a slip, and no other word."""
SHORTEST_SOUND = 6
"""Sounds of names in two alphabets that are one by their consonants."""

FATHER_OR_CHILD = "only one says whether it is the father or the child"
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
    differs_in_title: bool = False
    """Whether titles say that one is a man and the other a woman, or a father and his child."""
    is_slip: bool = False
    """Whether a letter is missing in a long name, or two have changed places."""
    loose: str = ""
    """Why many things have in common what these two have, if they have: what is left of "Mr. Keene"
    without the title, a name with two legal forms, a father's name and maybe his child's."""


def likeness(
    one: Name, other: Name, *, equated: bool = False, alias: bool = False, known: bool = False
) -> Likeness | None:
    """Return what two names of one type have in common; nothing if too little.

    Args:
        one: A name.
        other: Another one.
        equated: Whether a text says "X (Y)" of them.
        alias: Whether a text says "X, also known as Y" of them.
        known: Whether a list of names has both for one thing.
    """
    if not (one.letters and other.letters):
        return None
    reason = Reason.KNOWN if known else _reason(one, other, equated=equated, alias=alias)
    if reason is None:
        return None
    # An abbreviation does not have the numbers and signs of what it stands for. What an entry of a
    # list or a text in brackets says is stronger than numbers and signs, too.
    is_said = reason in (
        Reason.ACRONYM, Reason.DEFINED, Reason.KNOWN, Reason.EQUATED, Reason.ALIAS
    )  # fmt: skip
    return Likeness(
        reason=reason,
        n_letters=min(len(one.core_letters), len(other.core_letters)),
        is_series=not is_said and _numbers(one, reason) != _numbers(other, reason),
        differs_in_sign=not is_said and one.signs != other.signs,
        differs_in_title=not is_said and _differ_in_title(one, other),
        is_slip=reason in (Reason.SOUNDS, Reason.SPELLING) and _is_slip_of_hand(one, other),
        loose="" if reason is Reason.KNOWN else _loose(one, other, reason),
    )


_OF_PEOPLE = (Reason.INITIALS, Reason.MIDDLE_INITIAL, Reason.MIDDLE, Reason.SHORT_FORM)


def _numbers(name: Name, reason: Reason) -> tuple[str, ...]:
    # Here single letters are initials, which may differ from the name that they stand for.
    if reason in _OF_PEOPLE or name.is_inverted:
        return tuple(each for each in name.numbers if len(each) > 1 or each.isdecimal())
    return name.numbers


def _differ_in_title(one: Name, other: Name) -> bool:
    return any(
        len({*pair} - {""}) > 1
        for pair in ((one.sex, other.sex), (one.generation, other.generation))
    )


def _loose(one: Name, other: Name, reason: Reason) -> str:
    least, most = sorted((len(one.core), len(other.core)))
    legal_forms = one.legal_form, other.legal_form
    tests = (
        (reason is Reason.ALIAS and least == 1 < most, "a whole family has a name of one word"),
        (one.generation != other.generation, FATHER_OR_CHILD),
        (
            reason is Reason.ALPHABET and (one.is_chinese or other.is_chinese or least == 1),
            "many names are written so in the other alphabet",
        ),
        (
            reason is Reason.WORDS and _are_exchanged(one.full, other.full),
            "two of the words have changed places",
        ),
        (
            reason is Reason.LETTERS
            and len(one.core[0]) == 1 < most
            and one.normalised[0] != other.normalised[0],
            "an initial with an accent may be another one",
        ),
        (one.titles != other.titles and least == 1, "without a title it is one word"),
        (
            reason is Reason.TITLE
            and not one.titles ^ other.titles <= people.POLITE | people.SUFFIXES,
            "an office or a rank may be a part of the name",
        ),
        (
            all(legal_forms) and legal_forms[0].isdisjoint(legal_forms[1]),
            "their legal forms differ",
        ),
    )
    # What a text says is stronger than what the two look like.
    is_said = reason in (Reason.DEFINED, Reason.ALIAS, Reason.EQUATED, Reason.ACRONYM)
    return next((said for holds, said in tests[: 1 if is_said else None] if holds), "")


def _reason(one: Name, other: Name, *, equated: bool, alias: bool) -> Reason | None:
    # In the order of `Reason`: the first that holds says most. Most pairs have none of these in
    # common, so each is asked for only when those before it do not hold.
    if equated and (_abbreviates(one, other) or _abbreviates(other, one)):
        return Reason.DEFINED
    if alias:
        return Reason.ALIAS
    if one.letters == other.letters:
        return Reason.LETTERS
    if one.core == other.core and one.is_inverted != other.is_inverted:
        return Reason.INVERTED
    if one.core_letters == other.core_letters:
        return Reason.LEGAL_FORM if one.titles == other.titles else Reason.TITLE
    if one.full_letters == other.full_letters:
        return Reason.WRITTEN_OUT
    if one.stem_letters == other.stem_letters:
        return Reason.PLURAL
    if one.large_words == other.large_words and len(one.large_words) > 1:
        return Reason.SMALL_WORDS
    # "J Keene" may be John Keene. In small letters, "t cell" is no initial of "tumour cell".
    may_be_people = one.core[-1] == other.core[-1] and one.is_capitalised and other.is_capitalised
    in_order = _as_people(one, other) if may_be_people else None
    if in_order is Reason.MIDDLE_INITIAL:
        return in_order
    sound_alike = _sound_alike(one, other)
    if sound_alike and one.is_of_other_script != other.is_of_other_script:
        return Reason.ALPHABET
    if len(one.bag) > 1 and one.bag == other.bag:
        return Reason.WORDS
    if in_order:
        return in_order
    if _is_acronym(one, other) or _is_acronym(other, one):
        return Reason.ACRONYM
    if sound_alike:
        return Reason.SOUNDS
    if _is_misspelt(one.full, other.full):
        return Reason.SPELLING
    if equated:
        return Reason.EQUATED
    return Reason.PART if _is_part(one.core, other.core) else None


def _are_exchanged(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether words are in an order that nothing explains.

    "Ghent University" is the "University of Ghent", and "Lake Ontario" is "Ontario Lake". But
    "Keene & Loton" are not "Loton & Keene".
    """
    turned = (one[place:] + one[:place] for place in range(len(one)))
    return len(one) == len(other) and other not in turned


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


def _as_people(one: Name, other: Name) -> Reason | None:
    """Say whether names have a family name in common, and first names or initials that agree.

    "J R R Tolkien", "JRR Tolkien" and "John Tolkien" agree; "John" and "James" do not.
    """
    family, other_family = one.core[-1], other.core[-1]
    if min(len(one.core), len(other.core)) < 2 or family != other_family or len(family) < 2:
        return None
    if _has_digit(family):  # "HIF-1alpha" is nobody
        return None
    given, others = one.given, other.given
    # First names that only one of the two has are in no pair: a text may leave them out.
    pairs = list(zip(given, others, strict=False))
    if not all(map(_agree, pairs)):
        return None
    if any(people.is_short_form(*pair) for pair in pairs):
        return Reason.SHORT_FORM
    if any(mine != theirs and 1 in (len(mine), len(theirs)) for mine, theirs in pairs):
        is_whole = len(given) == len(others) > 1 and given[0] == others[0]
        return Reason.MIDDLE_INITIAL if is_whole else Reason.INITIALS
    # "Jo" begins as "John" does and is no initial: it may be another name.
    return Reason.MIDDLE if given[0] == others[0] else None


def _agree(pair: tuple[str, str]) -> bool:
    mine, theirs = pair
    return mine.startswith(theirs) or theirs.startswith(mine) or people.is_short_form(mine, theirs)


def _sound_alike(one: Name, other: Name) -> bool:
    if min(len(one.sounds), len(other.sounds)) < SHORTEST_SOUND:
        return False
    if one.sounds == other.sounds:
        return not _differ_in_roman_one(one.letters, other.letters)
    # Some alphabets write no vowels, and others write them in several ways.
    return one.is_of_other_script != other.is_of_other_script and (
        len(one.skeleton) >= SHORTEST_SLIP
        and len(one.core) == len(other.core)
        and one.skeleton == other.skeleton
    )


def _differ_in_roman_one(one: str, other: str) -> bool:
    """Say whether one has an "i" more at its end, as "TGF-betaRII" has."""
    return f"{one}i" == other or f"{other}i" == one


def _is_misspelt(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether words differ by a letter or two, each from the one in its place."""
    if len(one) != len(other):
        return False
    pairs = [(mine, theirs) for mine, theirs in zip(one, other, strict=True) if mine != theirs]
    if len(pairs) > 2:
        return False
    if not all(map(_is_misspelt_word, *zip(*pairs, strict=True))) and not (
        len(pairs) == 1
        and min(sum(map(len, one)), sum(map(len, other))) >= LONG_ENOUGH
        and _is_slip(*pairs[0])
    ):
        return False
    # Maria and Mario are sister and brother.
    return len(one) == 1 or one[0] == other[0] or not people.is_of_other_sex(one[0], other[0])


def _is_slip_of_hand(one: Name, other: Name) -> bool:
    """Say whether one of many letters is missing, or two have changed places.

    A letter more or less makes another family name of one ("Thomson", "Thompson"), so of a name of
    two words only letters in another order are a slip.
    """
    if len(one.full) != len(other.full):
        return False
    pairs = [each for each in zip(one.full, other.full, strict=True) if each[0] != each[1]]
    if len(pairs) != 1 or min(len(one.full_letters), len(other.full_letters)) < LONG_ENOUGH:
        return False
    ((mine, theirs),) = pairs
    return _is_slip(mine, theirs) and (len(one.full) > 2 or len(mine) == len(theirs))


def _is_slip(one: str, other: str) -> bool:
    """Say whether a letter is missing, or two have changed places; "Iran" is no slip of "Iraq"."""
    if min(len(one), len(other)) < SHORTEST_SLIP or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other) and sorted(one) != sorted(other):
        return False
    if _has_digit(one) or _has_digit(other) or _differ_in_roman_one(one, other):
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other) == 1


def _is_misspelt_word(one: str, other: str) -> bool:
    length = min(len(one), len(other))
    # Hardly anybody misspells the first letter. And a digit is no letter: CYP2D6 is not CYP2C6.
    if length < SHORTEST_MISSPELT or one[0] != other[0] or abs(len(one) - len(other)) > 2:
        return False
    if _has_digit(one) or _has_digit(other):
        return False
    from rapidfuzz.distance import DamerauLevenshtein  # as what `names` takes apart names with

    distance = DamerauLevenshtein.distance(one, other, score_cutoff=2)
    # Of a word of some length two vowels may differ: Mohammed, Muhammad.
    is_near = distance <= 1 or (
        distance == 2
        and (
            length >= 2 * SHORTEST_MISSPELT
            or (length >= SHORTEST_RESPELT and consonants(one) == consonants(other))
        )
    )
    # Of the two replacements one changes nothing, and the other makes the opposite: "hypertension"
    # and "hypotension" differ in two letters.
    return (
        is_near
        and not _differ_in_roman_one(one, other)
        and not any({one, other} == {one.replace(a, b), one.replace(b, a)} for a, b in OPPOSITES)
    )


def _has_digit(word: str) -> bool:
    return not word.isalpha() and any(map(str.isdecimal, word))


def _is_part(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) < len(long) and short in (long[: len(short)], long[-len(short) :])
