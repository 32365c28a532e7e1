"""What cannot be true of one thing, and what seldom is: two births, two towns; pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations, islice, pairwise

from graphdb.identity import components
from graphdb.resolution.evidence import SeenFact
from graphdb.resolution.likeness import likeness
from graphdb.resolution.names import PLACES, name

Functional = Collection[str]
"""The relation types of which a thing has one object."""

SURE_ENOUGH = 0.5
"""Confidence from which a fact counts against another."""

MOST_PARTS = 50
"""Documents of one name, or groups of them, that are compared with each other: what a common name
is in all its thousands of documents would take longer than all the rest."""

_ByType = Mapping[str, list[SeenFact]]


def conflict(
    one: Iterable[SeenFact], other: Iterable[SeenFact], functional: Functional
) -> str | None:
    """Say which facts of two cannot be those of one thing; nothing if all can.

    A type counts if no value that the one has is one that the other may have.
    """
    mine, theirs = (
        _by_type(fact for fact in facts if fact.type in functional) for facts in (one, other)
    )
    for type_ in _differing(mine, theirs):
        values = (min(fact.other_name for fact in facts[type_]) for facts in (mine, theirs))
        return f"{type_} {' and '.join(values)}"
    return None


def differing(one: Iterable[SeenFact], other: Iterable[SeenFact]) -> str:
    """Return a type of facts by which two are at two places or times; nothing if at none.

    Two towns are no proof of two people. But most things are at few places, and were made once. Of
    other types many have several values: who wrote one book may have written another.
    """
    mine, theirs = (_by_type(filter(_is_where_or_when, facts)) for facts in (one, other))
    return _differing_type(mine, theirs)


def falls_apart(facts: Iterable[SeenFact]) -> str:
    """Return a type of facts in which documents of one name differ that share no fact.

    Such a name may well be that of several things. Nothing if its documents hang together, or if no
    place and no time tells them apart.
    """
    by_document: defaultdict[str, list[SeenFact]] = defaultdict(list)
    stated_in: defaultdict[tuple[str, bool, str], list[str]] = defaultdict(list)
    for fact in facts:
        by_document[fact.document].append(fact)
        stated_in[fact.type, fact.is_subject, fact.other].append(fact.document)
    if len(by_document) < 2:
        return ""
    links = (frozenset(pair) for documents in stated_in.values() for pair in pairwise(documents))
    parts = sorted(
        sorted(part) for part in components(by_document, (link for link in links if len(link) > 1))
    )
    told = (
        _by_type(fact for id_ in part for fact in by_document[id_] if _is_where_or_when(fact))
        for part in parts
    )
    compared = list(islice(filter(None, told), MOST_PARTS))
    return next(
        (type_ for pair in combinations(compared, 2) if (type_ := _differing_type(*pair))), ""
    )


def _differing_type(mine: _ByType, theirs: _ByType) -> str:
    """Return the first type of which the two have no value in common, and each document one."""
    several = _said_twice(mine) | _said_twice(theirs)
    return next((type_ for type_ in _differing(mine, theirs) if type_ not in several), "")


def _is_where_or_when(fact: SeenFact) -> bool:
    return fact.other_type in PLACES or fact.edtf is not None


def _differing(mine: _ByType, theirs: _ByType) -> Iterator[str]:
    """Yield the types of which no value is one that both may have."""
    for type_ in sorted(mine.keys() & theirs.keys()):
        # One value in common is enough. A name collects wrong values over many documents, and one
        # wrong value must not keep two names of one thing apart.
        # A common name says the same in thousands of documents: each value once.
        values, others = (_once(facts[type_]) for facts in (mine, theirs))
        if values.keys().isdisjoint(others) and not any(
            _may_be_one(a, b) for a in values.values() for b in others.values()
        ):
            yield type_


def _once(facts: Iterable[SeenFact]) -> dict[tuple[str, str], SeenFact]:
    """Return one fact for each value and what it is called."""
    return {(fact.other, fact.other_name): fact for fact in facts}


def _said_twice(by_type: _ByType) -> set[str]:
    """Return the types of which one document says two values."""
    return {
        type_
        for type_, facts in by_type.items()
        if len({(fact.document, fact.other) for fact in facts})
        > len({fact.document for fact in facts})
    }


def _by_type(facts: Iterable[SeenFact]) -> _ByType:
    by_type: defaultdict[str, list[SeenFact]] = defaultdict(list)
    for fact in facts:
        # "One object for each subject" says nothing of objects: many are born on one day.
        if fact.is_subject and fact.confidence >= SURE_ENOUGH:
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
