"""Which names of a window are one thing. No tensors here.

The network scores each pair of names. Names that have a reason to meet, by their letters or by what
the text says, meet where it finds this likelier than not. Names without a reason are two things
unless it is all but certain: a sentence like "Marie Curie was born in Warsaw and Albert Einstein in
Ulm" makes the two look alike to a network, and one wrong meeting gives each of them the other's
facts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from extractors.reading.decoding import FloatArray, NameGroup
from extractors.text import (
    equates,
    is_form_of,
    is_proper,
    is_same_country,
    spelling_features,
)

BoolArray = npt.NDArray[np.bool_]

OVERWHELMING = 4.0
"""Log-odds from which on two names without a reason to meet are one thing, a chance of 0.982.
Names of different people in parallel sentences reach 2.5 with the model shipped on 2026-11-28."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why the names of a window may meet."""

    is_name: BoolArray
    """`(N,)` the group is a proper name; pronouns and common nouns may stand for any name."""
    forms: BoolArray
    """`(N, N)` the first is a form of the second: shorter, or put down as another name of it."""

    @classmethod
    def of(
        cls, text: str, groups: Sequence[NameGroup], pairs: Iterable[tuple[int, int]]
    ) -> "Reasons":
        """Look at the letters of names, and at what stands between them in the document.

        Args:
            text: The document.
            groups: The names of a window.
            pairs: Which of them may meet at all. Most names meet none, and are not looked at.
        """
        n = len(groups)
        asked = sorted({index for pair in pairs for index in pair})
        written = [{text[m.span.start : m.span.end] for m in group.mentions} for group in groups]
        forms = np.zeros((n, n), bool)
        for i, j in permutations(asked, 2):
            if groups[i].type == groups[j].type:
                forms[i, j] = is_form_of(groups[i].name, groups[j].name)
        for i, j in _equated(text, groups, asked):
            forms[i, j] = forms[j, i] = True
        return cls(np.array([any(map(is_proper, texts)) for texts in written], bool), forms)

    @classmethod
    def always(cls, n: int) -> "Reasons":
        """Let any of n names meet any other."""
        return cls(np.ones(n, bool), np.ones((n, n), bool))

    @property
    def may_meet(self) -> BoolArray:
        """`(N, N)` whether two names have a reason, or one of them is no name."""
        both = self.is_name[:, None] & self.is_name[None, :]
        return self.forms | self.forms.T | ~both

    def reconciled(self, left: Sequence[int], right: Sequence[int]) -> BoolArray:
        """Return `(L, R)`: whether two names of a cluster are forms of one name in it."""
        members = [*left, *right]
        through = self.forms[:, members].astype(np.int32)
        return np.asarray(through[left] @ through[right].T > 0)


def _equated(text: str, groups: Sequence[NameGroup], asked: Iterable[int]) -> list[tuple[int, int]]:
    """List the pairs of groups of one type that the text puts down as names of one thing."""
    places = sorted((mention.span, row) for row in asked for mention in groups[row].mentions)
    pairs = []
    for place, (span, row) in enumerate(places):
        # Mentions may lie within one another, so the next but one may be the one that follows.
        for other_span, other in places[place + 1 : place + 4]:
            if (
                groups[row].type == groups[other].type
                and row != other
                and equates(text, span.end, other_span.start, other_span.end)
            ):
                pairs.append((row, other))
    return pairs


def name_pairs(groups: Sequence[NameGroup]) -> list[tuple[int, int]]:
    """List the pairs of groups of one type: the only ones that may be one entity."""
    return [
        (i, j)
        for i in range(len(groups))
        for j in range(i + 1, len(groups))
        if groups[i].type == groups[j].type
    ]


def with_certain(
    groups: Sequence[NameGroup], pairs: Sequence[tuple[int, int]], scores: Sequence[float]
) -> list[float]:
    """Return the scores of pairs, those that nobody has to guess made overwhelming.

    "Dutch" and "the Netherlands", both read as places, are one country.
    """
    return [
        max(score, OVERWHELMING) if is_same_country(groups[i].name, groups[j].name) else score
        for (i, j), score in zip(pairs, scores, strict=True)
    ]


def pair_features(groups: Sequence[NameGroup], pairs: Sequence[tuple[int, int]]) -> FloatArray:
    """Return `(P, N_STRING_FEATURES)`: how alike the names of each pair are spelled."""
    rows = [spelling_features(groups[i].name, groups[j].name) for i, j in pairs]
    return np.array(rows, np.float32).reshape(len(pairs), -1)


def cluster(
    n: int, pairs: Sequence[tuple[int, int]], scores: Sequence[float], reasons: Reasons
) -> list[list[int]]:
    """Join names, the likeliest pairs first.

    Two clusters join only if each of their names goes with the rest of the new one: the mean of its
    log-odds with them is positive. No two names in it may contradict one another, however well a
    third goes with both. They do if they have no reason to meet and are not all but certain to be
    one, unless both are forms of one name in the cluster, as "Marie" and "Curie" are of "Marie
    Curie". Pairs that were not scored never join.

    Args:
        n: How many names.
        pairs: The scored ones, by number.
        scores: Log-odds of each pair that the two are one thing.
        reasons: Why they may be.
    """
    # A pair without a score is minus infinity, and with it any sum in which it stands.
    links = np.full((n, n), -np.inf)
    for (i, j), score in zip(pairs, scores, strict=True):
        links[i, j] = links[j, i] = score
    contradict = ~reasons.may_meet & (links < OVERWHELMING)
    totals = np.zeros(n)  # of each name's links with its own cluster
    clusters = {index: [index] for index in range(n)}
    for pair, score in sorted(zip(pairs, scores, strict=True), key=lambda row: (-row[1], row[0])):
        if score <= 0:  # sorted, so no later pair is likelier than not either
            break
        left, right = clusters[pair[0]], clusters[pair[1]]
        if left is right:
            continue
        between = links[np.ix_(left, right)]
        # A mean is positive where its sum is. Sums are kept, because they only have to be added to
        # when a cluster grows.
        new_totals = totals[left] + between.sum(1), totals[right] + between.sum(0)
        if min(part.min() for part in new_totals) <= 0 or between.sum() <= 0:
            continue
        # Asked last: most pairs are done by now, and this looks at all names of both clusters.
        clash = contradict[np.ix_(left, right)]
        if clash.any() and (clash & ~reasons.reconciled(left, right)).any():
            continue
        totals[left], totals[right] = new_totals
        # All names of a cluster have the same list object, so its names need no renumbering.
        left.extend(right)
        for index in right:
            clusters[index] = left
    unique = {id(members): members for members in clusters.values()}
    return sorted(sorted(members) for members in unique.values())


def join_groups(groups: Sequence[NameGroup], members: Sequence[int]) -> NameGroup:
    """Make one group of several of one type."""
    mentions = sorted(
        (mention for index in members for mention in groups[index].mentions),
        key=lambda mention: mention.span,
    )
    return NameGroup(groups[members[0]].type, groups[members[0]].name, tuple(mentions))
