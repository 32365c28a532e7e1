"""From scores to what one window says: mentions and their names. No tensors here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.calibration import NO_RIVAL, Leads
from extractors.facts import Span
from extractors.network import Group
from extractors.text import IntArray, Window, folded_name

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
    leads: Leads = NO_RIVAL
    """How far it is ahead of its rivals."""


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


def _clash(left: tuple[int, int], right: tuple[int, int], nested: bool) -> bool:
    if left[1] <= right[0] or right[1] <= left[0]:
        return False
    # One of the two lies within the other.
    inside = (left[0] >= right[0] and left[1] <= right[1]) or (
        right[0] >= left[0] and right[1] <= left[1]
    )
    return not (nested and inside and left != right)
