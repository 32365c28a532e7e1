"""How much of the gold a reading found: the few numbers training needs after every epoch."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.calibration import LEAST_RIGHT, Leads, f1, fit_logistic, precision_at
from extractors.evaluation import Argument, RelationKey, SoftMatcher
from extractors.facts import Extraction, Span
from extractors.reading import Reading, Types, best_score
from extractors.training.labels import NOTHING_IMPLIED, ImpliedConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Every mention and fact of some readings, with its scores and whether gold agrees."""

    n_documents: int
    mention_scores: npt.NDArray[np.float64]
    mention_right: npt.NDArray[np.bool_]
    n_gold_mentions: int
    relation_features: npt.NDArray[np.float64]
    """`(N, 2)`: the relation's score and that of its weaker argument."""
    relation_apart: npt.NDArray[np.int64]
    """`(N,)`: sentence bounds between the closest mentions of its arguments."""
    relation_leads: npt.NDArray[np.float64]
    """`(N, 3)`: how far it is ahead of its rivals."""
    relation_type: npt.NDArray[np.int64]
    """`(N,)`: the number of its type."""
    n_relation_types: int
    relation_right: npt.NDArray[np.bool_]
    relation_document: npt.NDArray[np.int64]
    n_gold_relations: int
    with_relations: bool = True
    """Whether the model reads relations at all."""


def judge_readings(
    golds: Sequence[Extraction],
    readings: Sequence[Sequence[Reading]],
    types: Types,
    implied: ImpliedConfig = NOTHING_IMPLIED,
) -> Judgement:
    """Compare the readings of documents, window by window, with their gold.

    A mention is right if span and type are. A fact is right if it is by the soft convention of
    `extractors.evaluation`. Two windows may read the same fact: the surer of two that meet one gold
    relation is right and the other wrong, for otherwise the fit would count one success twice. What
    a labelled fact implies is right, too, but nobody has to find it.
    """
    mentions: list[tuple[float, bool]] = []
    relations: list[tuple[_JudgedRelation, int]] = []
    n_gold_mentions = n_gold_relations = 0
    for document, (gold, windows) in enumerate(zip(golds, readings, strict=True)):
        gold_mentions = {(m.span, e.type) for e in gold.entities for m in e.mentions}
        n_gold_mentions += len(gold_mentions)
        mentions += _judge_mentions(gold_mentions, windows, types)
        matcher = SoftMatcher(gold, types.symmetric)
        n_gold_relations += len(matcher.gold)
        following = SoftMatcher(implied.of(gold), types.symmetric)
        relations += (
            (judged, document) for judged in _judge_relations(matcher, following, windows, types)
        )
    return Judgement(
        n_documents=len(golds),
        mention_scores=np.array([row[0] for row in mentions], np.float64),
        mention_right=np.array([row[1] for row in mentions], bool),
        n_gold_mentions=n_gold_mentions,
        # Without any relation, numpy would make arrays without the second axis.
        relation_features=np.array(
            [(row.score, row.weaker) for row, _ in relations], np.float64
        ).reshape(-1, 2),
        relation_apart=np.array([row.apart for row, _ in relations], np.int64),
        relation_leads=np.array([row.leads for row, _ in relations], np.float64).reshape(-1, 3),
        relation_type=np.array([row.type for row, _ in relations], np.int64),
        n_relation_types=len(types.relations),
        relation_right=np.array([row.is_right for row, _ in relations], bool),
        relation_document=np.array([document for _, document in relations], np.int64),
        n_gold_relations=n_gold_relations,
        with_relations=bool(types.relations),
    )


def _judge_mentions(
    gold_mentions: set[tuple[Span, str]], windows: Iterable[Reading], types: Types
) -> Iterator[tuple[float, bool]]:
    """Yield score and truth of each mention, once, as read by the window that owns it."""
    seen: set[tuple[Span, str]] = set()
    for reading in windows:
        for group in reading.entities:
            for mention in group.mentions:
                labelled = mention.span, types.entities[mention.type]
                is_owned = reading.owned.start <= mention.span.start < reading.owned.end
                if is_owned and labelled not in seen:
                    seen.add(labelled)
                    yield mention.score, labelled in gold_mentions


@dataclass(frozen=True, slots=True)
class _JudgedRelation:
    """What speaks for a relation, and whether gold does."""

    score: float
    weaker: float
    """The score of the argument that is less sure."""
    apart: int
    leads: Leads
    type: int
    is_right: bool


def _judge_relations(
    matcher: SoftMatcher, following: SoftMatcher, windows: Iterable[Reading], types: Types
) -> Iterator[_JudgedRelation]:
    """Yield each relation with its truth, the surest first.

    Args:
        matcher: Of what is labelled.
        following: Of what that implies.
        windows: The readings of one document.
        types: The names of types.
    """
    unclaimed = set(range(len(matcher.gold)))
    # The surest first, so that of two windows with one fact the surer one claims it.
    said = [(reading, relation) for reading in windows for relation in reading.relations]
    for reading, relation in sorted(said, key=lambda row: -row[1].score):
        subject, object_ = reading.entities[relation.subject], reading.entities[relation.object]
        arguments = (_argument(m.span for m in group.mentions) for group in (subject, object_))
        key = RelationKey(types.relations[relation.type], *arguments)
        claimed = unclaimed.intersection(matcher.meets(key))
        unclaimed -= claimed
        weaker = min(best_score(subject.mentions), best_score(object_.mentions))
        yield _JudgedRelation(
            relation.score,
            weaker,
            relation.apart,
            relation.leads,
            relation.type,
            # What is implied may be met twice: nobody has to find it, so nothing is counted double.
            bool(claimed) or bool(following.meets(key)),
        )


def _argument(spans: Iterable[Span]) -> Argument:
    return Argument(frozenset((span.start, span.end) for span in spans), "")


def summary(judgement: Judgement) -> dict[str, float]:
    """Return mention F1 at even odds, and of the surest relations the best soft F1 and recalls.

    Of a model that reads no relations the first alone.
    """
    kept = judgement.mention_scores >= 0  # scores are log-odds
    n_right = judgement.mention_right[kept].sum()
    precision = float(n_right / max(1, kept.sum()))
    mention_f1 = f1(precision, float(n_right / max(1, judgement.n_gold_mentions)))
    if not judgement.with_relations:
        return {"mention_f1": mention_f1}
    features = judgement.relation_features
    # A misread argument makes a fact wrong, so a quick fit weighs the argument's score in. Its bias
    # is left out: it changes no order, and the best threshold is looked for anyway.
    sureness = features[:, 0]
    if judgement.relation_right.sum() >= LEAST_RIGHT:
        sureness = features @ fit_logistic(features, judgement.relation_right)[1:]
    curve = precision_at(sureness, judgement.relation_right, judgement.n_gold_relations)
    return {
        "mention_f1": mention_f1,
        "relation_f1": max((f1(p, r) for _, p, r in curve), default=0.0),
        "recall_at_precision_60": max((r for _, p, r in curve if p >= 0.6), default=0.0),
        "recall_at_precision_75": max((r for _, p, r in curve if p >= 0.75), default=0.0),
    }
