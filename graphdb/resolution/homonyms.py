"""One name, several things: documents whose facts cannot be of one thing are told apart; pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graphdb.resolution.conflicts import Functional, conflict
from graphdb.resolution.evidence import NameEvidence, SeenFact
from graphdb.resolution.names import PLACES


@dataclass(frozen=True, slots=True)
class Namesake:
    """Documents in which a name means another thing than elsewhere."""

    documents: frozenset[str]
    told_by: str
    """What it is known by: a fact that the first thing does not have."""
    why: str
    """What cannot be true of both."""


def namesakes(evidence: NameEvidence, functional: Functional) -> list[Namesake]:
    """Return the things beside the first that a name means, each with its documents.

    The first is the one of most documents, and keeps what says nothing either way. A document that
    contradicts it, and otherwise shares facts with it, is taken for wrong and not for another
    thing's: two birthdays of one husband's wife are a contradiction, which is reported as such.
    Two of one town or country share nothing by that: namesakes often do.
    """
    facts: defaultdict[str, list[SeenFact]] = defaultdict(list)
    for fact in evidence.facts:
        facts[fact.document].append(fact)
    groups = _groups(facts, functional)
    if len(groups) < 2:
        return []
    first, *others = groups
    grouped: frozenset[str] = frozenset().union(*groups)
    # The other documents state no functional fact. Such a document goes to a namesake only if it
    # shares more facts with it than with every other group; in doubt it stays with the first.
    for document in sorted(facts.keys() - grouped):
        shares = [len(_shared(facts[document], _of(group, facts), functional)) for group in groups]
        nearest = shares.index(max(shares))  # 0, the first group, if that has as many
        if nearest and shares.count(shares[nearest]) == 1:
            others[nearest - 1] |= {document}
    return [
        Namesake(
            group,
            _told_by(group, facts, functional),
            conflict(_of(first, facts), _of(group, facts), functional) or "",
        )
        for group in others
    ]


def _told_by(
    group: frozenset[str], facts: dict[str, list[SeenFact]], functional: Functional
) -> str:
    """Return a date that only this thing has, or where it is told apart; no two have the same."""
    # The text is a part of the decision's key. So it is the least of all, which is the same
    # whatever the order of documents.
    telling = [f for f in _of(group, facts) if f.type in functional and f.is_subject]
    return min(f"{f.type} {f.edtf or f'in {f.document}'}" for f in telling)


def _groups(facts: dict[str, list[SeenFact]], functional: Functional) -> list[frozenset[str]]:
    """Return documents that say what only one thing has, by thing, those of the first first."""
    telling = {
        document
        for document, of_document in facts.items()
        if any(fact.type in functional and fact.is_subject for fact in of_document)
    }
    # Which values are said most decides, so that one slip does not decide what a name means.
    counts = {
        document: len([o for o in telling if not conflict(facts[document], facts[o], functional)])
        for document in telling
    }
    groups: list[frozenset[str]] = []
    for document in sorted(telling, key=lambda each: (-counts[each], each)):
        # A document also fits a group that it contradicts, if the two share another fact: then its
        # date is taken for an error. A place in common is too little, because namesakes often
        # live in one town.
        fitting = [
            group
            for group in groups
            if not conflict(_of(group, facts), facts[document], functional)
            or any(
                type_ not in PLACES
                for *_, type_ in _shared(_of(group, facts), facts[document], functional)
            )
        ]
        # Functional facts count here: of two groups that fit, the one with the same date is nearer.
        shares = [len(_shared(_of(group, facts), facts[document], ())) for group in fitting]
        if fitting:
            best = fitting[shares.index(max(shares))]
            groups[groups.index(best)] = best | {document}
        else:
            groups.append(frozenset((document,)))
    return sorted(groups, key=lambda group: (-len(group), min(group)))


def _of(group: Iterable[str], facts: dict[str, list[SeenFact]]) -> list[SeenFact]:
    return [fact for document in sorted(group) for fact in facts[document]]


def _shared(
    one: Iterable[SeenFact], other: Iterable[SeenFact], without: Functional
) -> set[tuple[str, bool, str, str]]:
    """Return the facts that both have, those of some types aside; the other end's type last."""
    mine, theirs = (
        {(f.type, f.is_subject, f.other, f.other_type) for f in facts if f.type not in without}
        for facts in (one, other)
    )
    return mine & theirs
