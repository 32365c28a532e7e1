"""How much of the gold a reading found: the few numbers training needs after every epoch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.calibration import LEAST_RIGHT, fit_logistic, precision_at
from extractors.facts import Extraction, Span
from extractors.reading import Reading, Types, best_score


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Every mention and fact of some readings, with its scores and whether gold agrees."""

    mention_scores: npt.NDArray[np.float64]
    mention_right: npt.NDArray[np.bool_]
    mention_document: npt.NDArray[np.int64]
    n_gold_mentions: int
    relation_features: npt.NDArray[np.float64]
    """`(N, 2)`: the relation's score and that of its weaker argument."""
    relation_right: npt.NDArray[np.bool_]
    relation_document: npt.NDArray[np.int64]
    n_gold_relations: int


def judge(
    golds: Sequence[Extraction], readings: Sequence[Sequence[Reading]], types: Types
) -> Judgement:
    """Compare the readings of documents with their gold.

    A mention is right if span and type are. A fact is right if both its arguments share a mention
    with the entities of a gold relation of that type ("soft"); a second fact for the same gold
    relation is wrong. Relations without direction are right either way round.
    """
    mentions: list[tuple[float, bool, int]] = []
    relations: list[tuple[float, float, bool, int]] = []
    for document, (gold, own) in enumerate(zip(golds, readings, strict=True)):
        true = {(m.span, e.type) for e in gold.entities for m in e.mentions}
        seen: set[tuple[Span, str]] = set()
        for reading in own:
            for group in reading.entities:
                for mention in group.mentions:
                    found = mention.span, types.entities[mention.type]
                    owned = reading.owned
                    if found in seen or not owned.start <= found[0].start < owned.end:
                        continue
                    seen.add(found)
                    mentions.append((mention.score, found in true, document))
        relations += _judge_relations(gold, own, types, document)
    return Judgement(
        mention_scores=np.array([row[0] for row in mentions], np.float64),
        mention_right=np.array([row[1] for row in mentions], bool),
        mention_document=np.array([row[2] for row in mentions], np.int64),
        n_gold_mentions=sum(
            len({(m.span, e.type) for e in g.entities for m in e.mentions}) for g in golds
        ),
        relation_features=np.array([row[:2] for row in relations], np.float64).reshape(-1, 2),
        relation_right=np.array([row[2] for row in relations], bool),
        relation_document=np.array([row[3] for row in relations], np.int64),
        n_gold_relations=sum(len(_facts(gold, types)) for gold in golds),
    )


def _judge_relations(
    gold: Extraction, readings: Sequence[Reading], types: Types, document: int
) -> list[tuple[float, float, bool, int]]:
    entities_at: dict[Span, list[int]] = {}
    for index, entity in enumerate(gold.entities):
        for mention in entity.mentions:
            entities_at.setdefault(mention.span, []).append(index)
    open_facts = _facts(gold, types)
    rows = []
    said = [(reading, relation) for reading in readings for relation in reading.relations]
    for reading, relation in sorted(said, key=lambda row: -row[1].score):
        subject, object_ = reading.entities[relation.subject], reading.entities[relation.object]
        name = types.relations[relation.type]
        matches = {
            _fact(i, name, j, types)
            for left in subject.mentions
            for right in object_.mentions
            for i in entities_at.get(left.span, ())
            for j in entities_at.get(right.span, ())
        } & open_facts
        open_facts -= matches
        weaker = min(best_score(subject.mentions), best_score(object_.mentions))
        rows.append((relation.score, weaker, bool(matches), document))
    return rows


def _facts(gold: Extraction, types: Types) -> set[tuple[int, str, int]]:
    """Return what gold says, by the indices of its entities."""
    index_of = {entity: index for index, entity in enumerate(gold.entities)}
    return {_fact(index_of[r.subject], r.type, index_of[r.object], types) for r in gold.relations}


def _fact(subject: int, type_: str, object_: int, types: Types) -> tuple[int, str, int]:
    """Return what a fact is compared by: without direction, the entities in the order of gold."""
    if type_ in types.symmetric and object_ < subject:
        subject, object_ = object_, subject
    return subject, type_, object_


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean of the two."""
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def summary(judgement: Judgement) -> dict[str, float]:
    """Return mention F1 at even odds, and of the surest relations the best soft F1 and recalls."""
    kept = judgement.mention_scores >= 0
    right = judgement.mention_right[kept]
    found = {
        "mention_f1": f1(
            right.sum() / max(1, kept.sum()), right.sum() / max(1, judgement.n_gold_mentions)
        )
    }
    features = judgement.relation_features
    sure = features[:, 0]
    if judgement.relation_right.sum() >= LEAST_RIGHT:
        sure = features @ fit_logistic(features, judgement.relation_right)[1:]
    curve = precision_at(sure, judgement.relation_right, judgement.n_gold_relations)
    return found | {
        "relation_f1": max((f1(p, r) for _, p, r in curve), default=0.0),
        "recall_at_precision_60": max((r for _, p, r in curve if p >= 0.6), default=0.0),
        "recall_at_precision_75": max((r for _, p, r in curve if p >= 0.75), default=0.0),
    }
