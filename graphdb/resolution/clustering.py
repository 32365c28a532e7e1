"""Names joined in things that hold together; pure.

Average linkage (Sokal and Michener 1958): two groups become one if the mean of all pairs between
them is at or above the cut-off, the surest first. So one sure pair does not join two groups that
are otherwise unlike, as following pairs from name to name would.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Join:
    """That two groups became one, by the pair that speaks most for it."""

    one: str
    other: str
    average: float
    """The mean of all pairs between the two groups."""


def clusters(
    groups: Iterable[frozenset[str]],
    score: Callable[[str, str], float],
    may_join: Callable[[frozenset[str], frozenset[str]], bool],
    cut: float,
    told: Callable[[str, str], float] | None = None,
) -> tuple[list[frozenset[str]], list[Join]]:
    """Return the groups that are left when no two of them may be joined any more.

    Args:
        groups: What holds together already.
        score: Of a pair of names, 0 to 1.
        may_join: Whether nothing forbids that two groups are one.
        cut: The mean at which two groups are joined.
        told: How well a pair of names says why two groups are one; its score, if nothing is given.

    The order in which groups come does not matter.
    """
    told = told or score
    # Groups do not overlap, so the least name of a group tells it from all others.
    remaining = sorted(set(groups), key=min)
    joins: list[Join] = []
    # Low averages are kept, too: a later join may lift them over the cut-off.
    averages = {
        frozenset((a, b)): _average(a, b, score)
        for i, a in enumerate(remaining)
        for b in remaining[i + 1 :]
    }
    while True:
        # `may_join` is asked in every turn: two groups that agreed may contradict each other once
        # one of them has grown.
        # Equal averages are told apart by names, the first in the alphabet. The order in which
        # names came must not decide, or two histories of the same documents would differ.
        best = max(
            (
                (value, sorted(map(min, pair)), pair)
                for pair, value in averages.items()
                if value >= cut and may_join(*sorted(pair, key=min))
            ),
            key=lambda each: (each[0], [_reversed(text) for text in each[1]]),
            default=None,
        )
        if best is None:
            return remaining, joins
        value, _, pair = best
        one, other = sorted(pair, key=min)
        # People are told one pair of names as the reason, and this pair says most.
        a, b = max(
            ((a, b) for a in one for b in other),
            key=lambda ends: (told(*ends), _reversed(ends[0]), _reversed(ends[1])),
        )
        joins.append(Join(a, b, value))
        joined = one | other
        remaining = sorted([group for group in remaining if group not in pair] + [joined], key=min)
        # Only averages with one of the two change. All others are kept as they are.
        averages = {pair: value for pair, value in averages.items() if not pair & {one, other}} | {
            frozenset((joined, group)): _average(joined, group, score)
            for group in remaining
            if group != joined
        }


def _average(
    one: frozenset[str], other: frozenset[str], score: Callable[[str, str], float]
) -> float:
    return sum(score(a, b) for a in one for b in other) / (len(one) * len(other))


def _reversed(text: str) -> tuple[int, ...]:
    """Return what sorts texts the other way round."""
    return tuple(-ord(character) for character in text)
