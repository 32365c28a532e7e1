"""Fits the calibration of a model on judged documents and says how good it is, cross-fitted."""

import numpy as np

from extractors.calibration import (
    Calibration,
    calibration_error,
    cross_fitted,
    fit_logistic,
    precision_at,
    threshold_for,
)
from extractors.scoring import Judgement

FOLDS = 5
LEAST_RIGHT = 10
"""Fewer right facts than this say nothing about chances: the scores are taken as they are."""


def fit_calibration(
    judgement: Judgement | None, target_precision: float
) -> tuple[Calibration, dict[str, float]]:
    """Return the calibration fitted on all documents, and what it gives on unseen ones.

    The figures are cross-fitted: each document is judged by a calibration, and at a threshold, that
    never saw it.
    """
    if judgement is None or judgement.relation_right.sum() < LEAST_RIGHT:
        return Calibration(), {}
    mention = fit_logistic(judgement.mention_scores[:, None], judgement.mention_right)
    relation = fit_logistic(judgement.relation_features, judgement.relation_right)
    fold = judgement.relation_document % FOLDS
    chances = cross_fitted(judgement.relation_features, judgement.relation_right, fold)
    curve = precision_at(chances, judgement.relation_right, judgement.n_gold_relations)
    threshold = threshold_for(curve, target_precision)
    kept = np.zeros(len(chances), bool)
    for held in range(FOLDS):
        others, own = fold != held, fold == held
        rest = precision_at(chances[others], judgement.relation_right[others], 1)
        kept[own] = chances[own] >= threshold_for(rest, target_precision)
    right = judgement.relation_right[kept]
    calibration = Calibration(
        mention=(float(mention[0]), float(mention[1])),
        relation=(float(relation[0]), float(relation[1]), float(relation[2])),
        # Mentions were judged, and arguments taken, where the model itself thinks them likelier
        # than not.
        mention_threshold=float(1 / (1 + np.exp(-mention[0]))),
        relation_threshold=threshold,
    )
    return calibration, {
        "threshold": threshold,
        "precision": float(right.mean()) if len(right) else 0.0,
        "recall": float(right.sum() / max(1, judgement.n_gold_relations)),
        "ece": calibration_error(chances[kept], right),
        "brier": float(np.mean((chances[kept] - right) ** 2)) if len(right) else 0.0,
    }
