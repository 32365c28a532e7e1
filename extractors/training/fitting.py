"""Fits the calibration of a model on judged documents and says how good it is, cross-fitted."""

from dataclasses import replace

import numpy as np

from extractors.calibration import (
    LEAST_RIGHT,
    Calibration,
    calibration_error,
    cross_fitted,
    fit_logistic,
    fitted_relations,
    precision_at,
    relation_design,
    supported,
    threshold_for,
    witnesses,
)
from extractors.training.scoring import Judgement

FOLDS = 5


def fit_calibration(
    judgement: Judgement | None, target_precision: float, argument_share: float = 1.0
) -> tuple[Calibration, dict[str, float]]:
    """Return the calibration fitted on all documents, and what it gives on unseen ones.

    The figures for relations are cross-fitted: each document is judged by a calibration, and at a
    threshold, that never saw it.

    Args:
        judgement: The readings of the documents, judged.
        target_precision: Of relations; 0 sets thresholds for F1.
        argument_share: How sure an argument of a relation must be at least, relative to a mention
            that is reported for its own sake.
    """
    uncalibrated = _uncalibrated(judgement)
    if judgement is None or judgement.mention_right.sum() < LEAST_RIGHT:
        return uncalibrated, {}
    mention = fit_logistic(judgement.mention_scores[:, None], judgement.mention_right)
    if mention[1] <= 0:  # the surer, the more often wrong: a model that has learned nothing
        return uncalibrated, {}
    calibration = replace(uncalibrated, mention=(float(mention[0]), float(mention[1])))
    if target_precision == 0:
        sure = np.array([calibration.mention_confidence(s) for s in judgement.mention_scores])
        curve = precision_at(sure, judgement.mention_right, judgement.n_gold_mentions)
        calibration = replace(calibration, mention_threshold=threshold_for(curve, 0))
    kept = judgement.mention_scores >= calibration.least_argument_score
    n_right = int(judgement.mention_right[kept].sum())
    measured = {
        "mention_precision": n_right / max(1, int(kept.sum())),
        "mention_recall": n_right / max(1, judgement.n_gold_mentions),
    }
    least = calibration.mention_confidence(float(judgement.mention_scores.min()))
    # Below the least score on dev the fit has seen nothing: it would be guessing there.
    share = calibration.mention_threshold * argument_share
    calibration = replace(calibration, argument_threshold=max(share, least))
    if judgement.relation_right.sum() < LEAST_RIGHT:
        return calibration, measured
    return _fit_relations(judgement, calibration, target_precision, measured)


def _uncalibrated(judgement: Judgement | None) -> Calibration:
    """Return what the network says as it is, kept as far from 1 as the judged facts are few."""
    if judgement is None:
        return Calibration(n_mentions=0, n_relations=0)
    return Calibration(
        n_mentions=witnesses(int(judgement.mention_right.sum()), judgement.n_documents),
        n_relations=witnesses(int(judgement.relation_right.sum()), judgement.n_documents),
    )


def _fit_relations(
    judgement: Judgement,
    calibration: Calibration,
    target_precision: float,
    measured: dict[str, float],
) -> tuple[Calibration, dict[str, float]]:
    asked = judgement.relation_features[:, 1] >= calibration.least_argument_score
    features, ridges = relation_design(
        judgement.relation_features[asked],
        judgement.relation_apart[asked],
        judgement.relation_type[asked],
        judgement.relation_leads[asked],
        judgement.n_relation_types,
    )
    right = judgement.relation_right[asked]
    # By document: two facts of one document are too alike to judge each other.
    fold = judgement.relation_document[asked] % FOLDS
    calibration = fitted_relations(calibration, fit_logistic(features, right, ridges))
    # As they will be reported: a threshold is compared with what is left of a chance.
    chances = supported(cross_fitted(features, right, fold, ridges), calibration.n_relations)
    threshold = threshold_for(
        precision_at(chances, right, judgement.n_gold_relations), target_precision
    )
    kept = np.zeros(len(chances), bool)
    for held in range(FOLDS):
        others = fold != held
        # Facts that no window read have no fold; the others' share of them is assumed.
        n_gold = round(judgement.n_gold_relations * float(others.mean()))
        rest = precision_at(chances[others], right[others], n_gold)
        kept[~others] = chances[~others] >= threshold_for(rest, target_precision)
    return replace(calibration, relation_threshold=threshold), measured | {
        "threshold": threshold,
        "precision": float(right[kept].mean()) if kept.any() else 0.0,
        "recall": float(right[kept].sum() / max(1, judgement.n_gold_relations)),
        "ece": calibration_error(chances[kept], right[kept]),
        "brier": float(np.mean((chances[kept] - right[kept]) ** 2)) if kept.any() else 0.0,
    }
