"""From scores to what one window says: mentions, names, clusters, relations. No tensors here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.facts import Span
from extractors.network import Group
from extractors.text import IntArray, Window, folded_name, spelling_features

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ScoredMention:
    """A span read as a mention, with the log-odds of its type against all else."""

    units: tuple[int, int]
    span: Span
    type: int
    score: float


@dataclass(frozen=True, slots=True)
class NameGroup:
    """All mentions of one type and one name, however it is written, in a window."""

    type: int
    name: str
    mentions: tuple[ScoredMention, ...]

    @property
    def group(self) -> Group:
        """The same as unit ranges, for the network."""
        return Group(self.type, tuple(mention.units for mention in self.mentions))


@dataclass(frozen=True, slots=True)
class ScoredRelation:
    """A relation between two entities of a window, with its score and where the model looked."""

    subject: int
    type: int
    object: int
    score: float
    attention: Mapping[Span, float]
    """The share of the model's attention that fell on each sentence of the window."""
    apart: int = 0
    """Sentence bounds between the closest mentions of the two."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model made of one window."""

    owned: Span
    """Characters whose mentions this window reports."""
    entities: tuple[NameGroup, ...]
    """Clusters: `name` is that of the first of its name groups."""
    relations: tuple[ScoredRelation, ...]


def mention_scores(logits: FloatArray) -> FloatArray:
    """Return `(S, E)` log-odds of each type against everything else, from `(S, 1 + E)` logits."""
    # Cut, so that a score is finite where float32 rounds the chance to 0 or 1.
    highest = logits.max(1, keepdims=True)  # (S, 1)
    powers = np.exp(logits - highest)
    total = powers.sum(1, keepdims=True)
    share = np.clip(powers[:, 1:] / total, 1e-7, 1 - 1e-7)
    return np.asarray(np.log(share) - np.log1p(-share), np.float32)


def decode_mentions(
    window: Window, candidates: IntArray, scores: FloatArray, *, least: float, nested: bool
) -> list[ScoredMention]:
    """Keep the best spans that score at least `least`, in order of the text.

    Flat: a span gives way to a better one it shares a unit with. Nested: only to one it crosses,
    or that is the same.
    """
    types = scores.argmax(1)  # (S,)
    best = scores[np.arange(len(scores)), types]
    order = [int(i) for i in np.argsort(-best, kind="stable")[: int((best >= least).sum())]]
    # Best first: what is kept already is better than what comes, and stays.
    kept: list[ScoredMention] = []
    for index in order:
        start, end = int(candidates[index, 0]), int(candidates[index, 1])
        if any(_clash((start, end), mention.units, nested) for mention in kept):
            continue
        span = window.span(start, end)
        kept.append(ScoredMention((start, end), span, int(types[index]), float(best[index])))
    return sorted(kept, key=lambda mention: (mention.span, mention.type))


def group_by_name(text: str, mentions: Sequence[ScoredMention], *, alone: bool) -> list[NameGroup]:
    """Group mentions of one type and one name; with `alone` each mention is its own group."""
    groups: dict[tuple[object, ...], list[ScoredMention]] = {}
    names: dict[tuple[object, ...], str] = {}
    for position, mention in enumerate(mentions):
        name = folded_name(text[mention.span.start : mention.span.end])
        key = (mention.type, name, position if alone else -1)
        groups.setdefault(key, []).append(mention)
        names[key] = name
    return [NameGroup(same[0].type, names[key], tuple(same)) for key, same in groups.items()]


def name_pairs(groups: Sequence[NameGroup]) -> list[tuple[int, int]]:
    """List the pairs of groups of one type: the only ones that may be one entity."""
    return [
        (i, j)
        for i in range(len(groups))
        for j in range(i + 1, len(groups))
        if groups[i].type == groups[j].type
    ]


def pair_features(groups: Sequence[NameGroup], pairs: Sequence[tuple[int, int]]) -> FloatArray:
    """Return `(P, N_STRING_FEATURES)`: how alike the names of each pair are spelled."""
    rows = [spelling_features(groups[i].name, groups[j].name) for i, j in pairs]
    return np.array(rows, np.float32).reshape(len(pairs), -1)


def cluster(n: int, pairs: Sequence[tuple[int, int]], scores: Sequence[float]) -> list[list[int]]:
    """Join groups by average linkage, closest first, while the mean log-odds is positive.

    Pairs that were not scored never join.
    """
    clusters = {index: [index] for index in range(n)}
    link = {frozenset(pair): score for pair, score in zip(pairs, scores, strict=True)}
    for pair, score in sorted(zip(pairs, scores, strict=True), key=lambda row: (-row[1], row[0])):
        if score <= 0:
            break
        left, right = clusters[pair[0]], clusters[pair[1]]
        if left is right:
            continue
        # A pair that was not scored counts as minus infinity: the two never meet in one cluster.
        between = [link.get(frozenset((i, j)), -np.inf) for i in left for j in right]
        if sum(between) > 0:
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


def _clash(left: tuple[int, int], right: tuple[int, int], nested: bool) -> bool:
    if left[1] <= right[0] or right[1] <= left[0]:
        return False
    # One of the two lies within the other.
    inside = (left[0] >= right[0] and left[1] <= right[1]) or (
        right[0] >= left[0] and right[1] <= left[1]
    )
    return not (nested and inside and left != right)
