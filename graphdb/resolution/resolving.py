"""From names to things: which are one, which are several, what a person is to be asked; pure.

What comes out depends on the evidence and on people's decisions alone: not on the order in which
documents came, nor on what was merged before.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from graphdb.identity import components
from graphdb.resolution.clustering import clusters
from graphdb.resolution.conflicts import Functional, conflict
from graphdb.resolution.evidence import NameEvidence
from graphdb.resolution.homonyms import Namesake, namesakes
from graphdb.resolution.weighing import AS_PUBLISHED, Cutoffs, Judgement, judge

LARGEST_COMPONENT = 150
"""Names that hang together by likeness and are joined by themselves; more are left to a person."""

Pair = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What people decided, by the keys of names."""

    same: frozenset[Pair] = frozenset()
    distinct: frozenset[Pair] = frozenset()
    one_thing: frozenset[str] = frozenset()
    """Names that mean one thing, whatever documents say of it."""


NOTHING = Decided()


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the names of a graph come to."""

    merges: tuple[Judgement, ...] = ()
    """The pairs by which names become one."""
    review: tuple[Judgement, ...] = ()
    """Pairs for a person to judge, the likeliest first."""
    namesakes: Mapping[str, tuple[Namesake, ...]] = field(default_factory=dict)
    """By key of a name, the other things that it means in some documents."""
    too_large: tuple[frozenset[str], ...] = ()
    """Names that are too many to be joined without a person."""


def resolve_names(
    names: Mapping[str, NameEvidence],
    pairs: Iterable[tuple[str, str]],
    functional: Functional,
    decided: Decided = NOTHING,
    cutoffs: Cutoffs = AS_PUBLISHED,
) -> Findings:
    """Weigh pairs, join names to things that hold together, and tell namesakes apart.

    Args:
        names: Evidence of each name by its key.
        pairs: Those that are to be compared.
        functional: Relation types of which a thing has one object.
        decided: What people decided; it is taken as it is.
        cutoffs: Where keep and review begin.
    """

    @cache  # every join asks for the same pairs again
    def judged(pair: Pair) -> Judgement | None:
        one, other = sorted(pair)
        return judge(names[one], names[other], functional)

    compared = {frozenset(pair) for pair in pairs if set(pair) <= names.keys()}
    weighed = {pair: judgement for pair in compared if (judgement := judged(pair))}
    # Two groups are joined only by way of a sure pair. So names that no chain of sure pairs
    # connects can be worked on apart, and the costly averages stay within few names.
    keep = {pair for pair, each in weighed.items() if each.band(cutoffs) == "keep"}
    merges: list[Judgement] = []
    of_name: dict[str, frozenset[str]] = {}
    too_large = []
    for component in components(names, (keep | decided.same) - decided.distinct):
        # What people called one thing is one before anything is weighed, and stays so.
        groups = components(component, (p for p in decided.same if p <= component))
        if len(component) > LARGEST_COMPONENT:
            too_large.append(frozenset(component))
        elif len(groups) > 1:
            sure = {pair for pair in keep - decided.distinct if pair <= component}
            groups, joined = _joined(groups, sure, judged, names, functional, decided, cutoffs)
            merges += joined
        of_name |= {key: group for group in groups for key in group}
    told_apart = {
        frozenset(of_name[key] for key in pair if key in of_name) for pair in decided.distinct
    }
    return Findings(
        merges=tuple(sorted(merges, key=_surest)),
        # A sure pair is here, too, if something held its groups apart: a person may know better.
        review=tuple(
            sorted(
                (
                    each
                    for pair, each in weighed.items()
                    if each.band(cutoffs) != "drop"
                    and pair not in decided.distinct
                    # Nor of another name of a thing that was told apart: the answer is known.
                    and (things := frozenset(of_name[key] for key in pair)) not in told_apart
                    and len(things) > 1
                ),
                key=_surest,
            )
        ),
        namesakes={
            key: tuple(others)
            for key, evidence in sorted(names.items())
            if key not in decided.one_thing and (others := namesakes(evidence, functional))
        },
        too_large=tuple(too_large),
    )


def one_question_each(
    judgements: Iterable[Judgement], thing: Callable[[str], str]
) -> list[Judgement]:
    """Return the likeliest of the pairs between each two things: one answer is that of all.

    Args:
        judgements: Pairs for a person.
        thing: Returns what a name belongs to by now.
    """
    best: dict[Pair, Judgement] = {}
    for judgement in sorted(judgements, key=_surest):
        best.setdefault(frozenset((thing(judgement.one), thing(judgement.other))), judgement)
    return sorted(best.values(), key=_surest)


def _joined(
    groups: list[frozenset[str]],
    sure: Collection[Pair],
    judged: Callable[[Pair], Judgement | None],
    names: Mapping[str, NameEvidence],
    functional: Functional,
    decided: Decided,
    cutoffs: Cutoffs,
) -> tuple[list[frozenset[str]], list[Judgement]]:
    said: dict[str, set[str]] = {}
    for pair in sure:
        if (judgement := judged(pair)) and judgement.is_said:
            said.setdefault(judgement.one, set()).add(judgement.other)
            said.setdefault(judgement.other, set()).add(judgement.one)

    def told(a: str, b: str) -> float:
        judgement = judged(frozenset((a, b)))
        return judgement.score if judgement else 0.0

    def score(a: str, b: str) -> float:
        judgement = judged(frozenset((a, b)))
        if judgement and judgement.forbidden:
            return 0.0
        # A former name is like no other name of the thing. So a name is also as near to another as
        # the one is that a text says it to be.
        stand_ins = [
            *((each, b) for each in said.get(a, ()) if each != b),
            *((a, each) for each in said.get(b, ()) if each != a),
        ]
        return max(told(*pair) for pair in [(a, b), *stand_ins])

    def may_join(one: frozenset[str], other: frozenset[str]) -> bool:
        pairs = [frozenset((a, b)) for a in one for b in other]
        if any(pair in decided.distinct for pair in pairs):
            return False
        # The average has to reach `review` only. Without one sure pair between them, many middling
        # pairs would join two groups that no pair by itself may join.
        if not any((each := judged(pair)) and each.band(cutoffs) == "keep" for pair in pairs):
            return False
        # Facts of whole groups: two names that agree may each be joined with a name by now whose
        # facts do not.
        mine, theirs = (
            [fact for key in sorted(group) for fact in names[key].facts] for group in (one, other)
        )
        return not conflict(mine, theirs, functional)

    remaining, joins = clusters(groups, score, may_join, cutoffs.review, told)
    judgements = (judged(frozenset((join.one, join.other))) for join in joins)
    return remaining, [judgement for judgement in judgements if judgement]


def _surest(judgement: Judgement) -> tuple[float, str, str]:
    return (-judgement.score, judgement.one, judgement.other)
