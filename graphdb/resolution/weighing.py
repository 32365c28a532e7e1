"""How likely two names mean one thing: what speaks for it, what against, and what forbids it; pure.

The probability is that of a logistic model over a few yes-or-no features, whose weights are fitted
on labelled documents by `python -m benchmarks.fit_identity`. So it means what it says: of pairs
that get 0.9, nine in ten are one thing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import exp
from typing import Literal

from graphdb.resolution.conflicts import Functional, conflict, differing, falls_apart
from graphdb.resolution.evidence import PEOPLES, NameEvidence
from graphdb.resolution.homonyms import namesakes
from graphdb.resolution.likeness import FATHER_OR_CHILD, Likeness, Reason, likeness
from graphdb.resolution.names import PLACES, name
from graphdb.resolution.weights import BIAS, WEIGHTS

FEW_LETTERS = 5
"""Names of fewer letters are many things' names."""
FEWEST_LETTERS = 3
MOST_SHARED = 2
"""Facts in common that count; further ones say nothing new."""

_UNSURE = frozenset(
    (Reason.INITIALS, Reason.MIDDLE, Reason.SHORT_FORM, Reason.ACRONYM, Reason.SOUNDS,
     Reason.SPELLING, Reason.EQUATED)
)  # fmt: skip
"""What many different things have in common: without a shared fact a person has to judge, and a
document that has both names speaks against their being one."""
_SHARED_BY_MANY = (
    _UNSURE | {Reason.MIDDLE_INITIAL, Reason.INVERTED, Reason.TITLE, Reason.WORDS}
) - {Reason.EQUATED}
"""What namesakes have in common as often as not: facts in which they differ count."""
_OF_PEOPLE = "one is a word for the people of a country"
_ORDER = {reason: number for number, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoffs:
    """From which score on two names are made one, and from which on a person is asked."""

    keep: float = 0.9
    """At least so likely is a merge; 1 merges nothing. The default is the operating point at which
    `benchmarks/README.md` gives precision and recall."""
    review: float = 0.5
    """At least so likely is a question to a person; also the mean that holds a thing together."""

    def __post_init__(self) -> None:
        if not 0 < self.review <= self.keep <= 1:
            raise ValueError(
                f"review is {self.review} and keep is {self.keep}: it takes 0 < review <= keep <= 1"
            )


AS_PUBLISHED = Cutoffs()
"""The operating point of the published figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What there is to say about two names being one thing."""

    one: str
    other: str
    """Keys of the names."""
    score: float
    """The probability that they are, 0 to 1; 0 if something forbids it."""
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...] = ()
    forbidden: str = ""
    """What cannot be true of one thing; empty if nothing."""
    is_for_a_person: bool = False
    """Whether a person has to decide, however likely it is; `speaks_against` says why."""
    is_said: bool = False
    """Whether a text says that both are one: what they look like then says nothing against it."""

    @property
    def reason(self) -> str:
        """All of it in one line."""
        return "; ".join((*self.speaks_for, *(f"but {each}" for each in self.speaks_against)))

    def band(self, cutoffs: Cutoffs) -> Literal["keep", "review", "drop"]:
        """Return what is to become of the pair."""
        if self.forbidden or self.score < cutoffs.review:
            return "drop"
        return "review" if self.is_for_a_person or self.score < cutoffs.keep else "keep"


def judge(one: NameEvidence, other: NameEvidence, functional: Functional = ()) -> Judgement | None:
    """Weigh two names of one type; nothing if they have nothing in common.

    The order in which they come does not matter.
    """
    # By key, so that the same pair gets the same judgement, whichever name was found first.
    if one.key > other.key:
        one, other = other, one
    if one.type != other.type:
        return None
    like = likeness_of(one, other)
    if like is None:
        return None
    present = features(one, other, like)
    # The logistic function of the weighed sum; `weights.py` says from which pairs it was fitted.
    score = 1 / (1 + exp(-(BIAS + sum(WEIGHTS[name] * value for name, value in present.items()))))
    forbidden = _forbidden(one, other, like, functional)
    too_little = _too_little(one, other, like, present)
    return Judgement(
        one=one.key,
        other=other.key,
        score=0.0 if forbidden else round(score, 4),
        speaks_for=tuple(_said_for(one, other, like)),
        speaks_against=(
            *(_AGAINST[feature] for feature in _AGAINST if present.get(feature)),
            *((too_little,) if too_little else ()),
        ),
        forbidden=forbidden,
        is_for_a_person="rival" in present or bool(too_little),
        is_said=like.reason in (Reason.DEFINED, Reason.ALIAS),
    )


def _too_little(
    one: NameEvidence, other: NameEvidence, like: Likeness, present: Mapping[str, float]
) -> str:
    """Say why a person has to decide about what many things have in common; nothing if not so.

    A place in common is too little, but for a slip of the hand.
    """
    if like.loose == _OF_PEOPLE:  # a country has many facts in common with its people
        return like.loose
    # Of three letters each text that does not say what they stand for may mean something else.
    is_loose = {"few letters", "elsewhere"} <= present.keys()
    if like.loose or like.reason in _UNSURE:
        is_place_enough = like.is_slip and not like.loose
        is_enough = any(
            is_place_enough or fact.other_type not in PLACES
            for fact in one.facts
            if (fact.type, fact.is_subject, fact.other) in other.neighbours
        )
        if not is_enough:
            return like.loose or "no fact in common that few things have"
    elif (is_loose or like.reason is Reason.TITLE) and "shared facts" not in present:
        return "no fact in common"
    if not is_loose and like.reason not in _SHARED_BY_MANY:
        return ""
    if "shared facts" in present and (type_ := differing(one.facts, other.facts)):
        return f"they differ in {type_}"
    # Types and no names: the reason of a question is kept in the graph.
    if type_ := falls_apart(one.facts) or falls_apart(other.facts):
        return f"documents of one of them differ in {type_}, so it may be several"
    return ""


def likeness_of(one: NameEvidence, other: NameEvidence) -> Likeness | None:
    """Return the best likeness of any two texts of the names."""
    equation, known = one.equated.get(other.key), bool(one.known & other.known)
    others = other.names
    likenesses = [
        like
        for mine in one.names
        for theirs in others
        if (
            like := likeness(
                mine,
                theirs,
                equated=equation is not None,
                alias=equation is not None and equation.is_alias,
                known=known,
            )
        )
    ]
    if not likenesses:
        return None
    # One pair of texts that nothing tells apart is enough: how a name is written differs between
    # documents. So what forbids counts before what speaks for.
    best = min(
        likenesses,
        key=lambda each: (
            each.differs_in_sign,
            each.is_series,
            each.differs_in_title,
            bool(each.loose),
            _ORDER[each.reason],
        ),
    )
    if best.reason is Reason.KNOWN and _is_of_people(one, other):
        return replace(best, loose=_OF_PEOPLE)
    return best


def _is_of_people(one: NameEvidence, other: NameEvidence) -> bool:
    """Say whether the list of countries alone has both, and one as a word for the people."""
    of_people = {entry for entry in one.known | other.known if entry.startswith(PEOPLES)}
    countries = {f"countries:{entry.removeprefix(PEOPLES)}" for entry in of_people}
    return bool(of_people) and one.known & other.known <= of_people | countries


def features(one: NameEvidence, other: NameEvidence, like: Likeness) -> dict[str, float]:
    """Return the features that weigh, those of value 0 left out."""
    n_shared = len(one.neighbours & other.neighbours)
    is_together = not one.documents.isdisjoint(other.documents)
    values = {
        like.reason.name: 1.0,
        "few letters": float(like.n_letters < FEW_LETTERS and like.reason is not Reason.KNOWN),
        "shared facts": float(min(n_shared, MOST_SHARED)),
        # A document may well say "IBM" and "IBM Corp." of one thing. But one that has both "Keane"
        # and "Keene" most likely means two people.
        "together": float(is_together and like.reason in _UNSURE),
        "father or child": float(like.loose == FATHER_OR_CHILD),
        "differing facts": float(
            like.reason in _SHARED_BY_MANY
            and not n_shared
            and bool(differing(one.facts, other.facts))
        ),
        "rival": float(_has_rival(one, other) or _has_rival(other, one)),
        "elsewhere": _elsewhere(one, other) if like.reason is Reason.DEFINED else 0.0,
    }
    return {name: value for name, value in values.items() if value}


_AGAINST = {
    "few letters": "the name is so short that many things have it",
    "together": "one document names both as two things",
    "differing facts": "documents have them at two places, or at two times",
    "rival": "a text gives it as the abbreviation of something else, too",
    "elsewhere": "other documents use the abbreviation without saying of what",
}


def _said_for(one: NameEvidence, other: NameEvidence, like: Likeness) -> list[str]:
    said = [like.reason.value]
    shared = one.neighbours & other.neighbours
    if shared:
        types = sorted({type_ for type_, _, _ in shared})
        said.append(f"facts in common: {', '.join(types)}")
    return said


def _forbidden(
    one: NameEvidence, other: NameEvidence, like: Likeness, functional: Functional
) -> str:
    # Functions and not texts, because the last two compare all facts of both names: they are
    # called only if nothing before them forbids already.
    reasons: tuple[tuple[bool, Callable[[], str | None]], ...] = (
        (_are_listed_apart(one, other), lambda: "a list of names has them for two things"),
        (like.differs_in_sign, lambda: "a sign tells them apart"),
        (like.is_series, lambda: "a number or a letter tells them apart"),
        (like.differs_in_title, lambda: "a title tells them apart"),
        (like.reason is Reason.PART, lambda: "one name is a part of the other, and no more"),
        (
            like.reason is Reason.ACRONYM
            and like.n_letters < FEWEST_LETTERS
            and not one.neighbours & other.neighbours,
            lambda: "an abbreviation of two letters alone says nothing",
        ),
        (bool(functional), lambda: conflict(one.facts, other.facts, functional)),
        # Nobody knows which of the namesakes the other name would be.
        (bool(functional), lambda: _several(one, functional) or _several(other, functional)),
    )
    return next((said for holds, say in reasons if holds and (said := say())), "")


def _are_listed_apart(one: NameEvidence, other: NameEvidence) -> bool:
    """Say whether some list has both names, and no entry with both."""
    mine, theirs = ({entry.partition(":")[0] for entry in each.known} for each in (one, other))
    return bool(mine & theirs) and one.known.isdisjoint(other.known)


def _several(evidence: NameEvidence, functional: Functional) -> str:
    """Say of a name that it means several things, if it does."""
    if not namesakes(evidence, functional):
        return ""
    return f"{evidence.texts[0]} is the name of several"


def _has_rival(short: NameEvidence, long: NameEvidence) -> bool:
    """Say whether texts give a name as the abbreviation of what is not like the other."""
    # Only an abbreviation can stand for several things. For other names, what stands in brackets
    # is another name of the same thing.
    if not any(name.is_acronym for name in short.names):
        return False
    return any(
        not any(likeness(mine, name(long.type, equation.text)) for mine in long.names)
        for other, equation in short.equated.items()
        if other != long.key
    )


def _elsewhere(one: NameEvidence, other: NameEvidence) -> float:
    """Return in which share of the documents of an abbreviation nobody says what it is."""
    short = min((one, other), key=lambda each: min(len(name.letters) for name in each.names))
    long = other if short is one else one
    equation = short.equated.get(long.key)
    n_said = len(equation.documents) if equation else 0
    return max(0.0, 1 - n_said / max(len(short.documents), 1))
