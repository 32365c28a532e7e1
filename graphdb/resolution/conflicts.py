"""What cannot be true of one thing: two births, two mothers; pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from graphdb.resolution.evidence import SeenFact
from graphdb.resolution.likeness import likeness
from graphdb.resolution.names import name

Functional = Collection[str]
"""The relation types of which a thing has one object."""

SURE_ENOUGH = 0.5
"""Confidence from which a fact counts against another."""


def conflict(
    one: Iterable[SeenFact], other: Iterable[SeenFact], functional: Functional
) -> str | None:
    """Say which facts of two cannot be those of one thing; nothing if all can.

    A type counts if no value that the one has is one that the other may have.
    """
    mine, theirs = _by_type(one, functional), _by_type(other, functional)
    for type_ in sorted(mine.keys() & theirs.keys()):
        # One value in common is enough. A name collects wrong values over many documents, and one
        # wrong value must not keep two names of one thing apart.
        if not any(_may_be_one(a, b) for a in mine[type_] for b in theirs[type_]):
            values = (min(fact.other_name for fact in facts[type_]) for facts in (mine, theirs))
            return f"{type_} {' and '.join(values)}"
    return None


def _by_type(facts: Iterable[SeenFact], functional: Functional) -> dict[str, list[SeenFact]]:
    by_type: defaultdict[str, list[SeenFact]] = defaultdict(list)
    for fact in facts:
        # "One object for each subject" says nothing of objects: many are born on one day.
        if fact.type in functional and fact.is_subject and fact.confidence >= SURE_ENOUGH:
            by_type[fact.type].append(fact)
    return by_type


def _may_be_one(one: SeenFact, other: SeenFact) -> bool:
    if one.other == other.other:
        return True
    # Two names that are alike in any way may be one thing: what is in doubt does not forbid.
    if one.edtf is None or other.edtf is None:
        return likeness(name("", one.other_name), name("", other.other_name)) is not None
    # "About 1850" may be any year near it.
    if one.edtf.endswith("~") or other.edtf.endswith("~"):
        return True
    # Dates that overlap do not contradict each other: 1901 may be 4 July 1901. A date without an
    # end, as "since 1990", overlaps with all that follows.
    is_later = one.earliest and other.latest and one.earliest > other.latest
    is_earlier = one.latest and other.earliest and one.latest < other.earliest
    return not (is_later or is_earlier)
