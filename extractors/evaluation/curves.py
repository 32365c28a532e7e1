"""Precision and recall of relations at every threshold on their confidence, in one pass.

curve = relation_curve(gold, predicted, match="soft")
threshold, score = curve.best()
curve.at(0.5).precision
curve.recall_at(precision=0.75)
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.evaluation.pairing import paired
from extractors.evaluation.relations import Match, judge
from extractors.evaluation.scores import Score
from extractors.facts import Extraction

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Counts at every threshold worth distinguishing, highest first.

    Point `i` keeps every prediction whose confidence is at least `thresholds[i]`.
    """

    thresholds: Floats
    right: Ints
    predicted: Ints
    found: Ints
    gold: int

    @property
    def precision(self) -> Floats:
        """The share of right ones among the kept predictions, per threshold."""
        return self.right / np.maximum(self.predicted, 1)

    @property
    def recall(self) -> Floats:
        """The share of gold relations found, per threshold."""
        return self.found / max(self.gold, 1)

    @property
    def f1(self) -> Floats:
        """F1 per threshold."""
        precision, recall = self.precision, self.recall
        return 2 * precision * recall / np.maximum(precision + recall, 1e-12)

    def at(self, threshold: float) -> Score:
        """Return the score of the predictions that are at least this confident."""
        n = int(np.searchsorted(-self.thresholds, -threshold, side="right"))
        return self._point(n - 1)

    def best(self) -> tuple[float, Score]:
        """Return the threshold with the highest F1, and its score; 1.0 if nothing was predicted."""
        if not len(self.thresholds):
            return 1.0, self._point(-1)
        index = int(np.argmax(self.f1))
        return float(self.thresholds[index]), self._point(index)

    def threshold_at(self, precision: float) -> float | None:
        """Return the lowest threshold that still gives this precision, or None."""
        good = np.flatnonzero(self.precision >= precision)
        return float(self.thresholds[good[-1]]) if len(good) else None

    def recall_at(self, precision: float) -> float:
        """Return the highest recall that any threshold gives at this precision or better."""
        good = self.recall[self.precision >= precision]
        return float(good.max()) if len(good) else 0.0

    def _point(self, index: int) -> Score:
        if index < 0:
            return Score(gold=self.gold)
        return Score(
            right=int(self.right[index]),
            predicted=int(self.predicted[index]),
            found=int(self.found[index]),
            gold=self.gold,
        )


def relation_curve(
    gold: Iterable[Extraction],
    predicted: Iterable[Extraction],
    *,
    match: Match = "soft",
    symmetric: Collection[str] = (),
    types: Collection[str] | None = None,
) -> Curve:
    """Return precision and recall of predicted relations at every threshold.

    Args:
        gold: What is true of each document.
        predicted: What a model found, kept at the lowest threshold of interest.
        match: When a relation counts as right; see `extractors.evaluation.relations`.
        symmetric: Relation types that have no direction.
        types: Count these relation types only; all of them without it.
    """
    confidence: list[float] = []
    right: list[bool] = []
    found_at: list[float] = []
    n_gold = 0
    for truth, guess in paired(gold, predicted):
        judged = judge(truth, guess, match, symmetric=symmetric)
        wanted = [types is None or type_ in types for type_ in judged.gold_types]
        n_gold += sum(wanted)
        best: dict[int, float] = {}
        for prediction in judged.predictions:
            if types is not None and prediction.type not in types:
                continue
            confidence.append(prediction.confidence)
            right.append(prediction.right)
            for index in prediction.meets:
                best[index] = max(prediction.confidence, best.get(index, 0.0))
        found_at.extend(best.values())
    return curve(confidence, right, found_at, n_gold)


def curve(
    confidence: Collection[float], right: Collection[bool], found_at: Collection[float], gold: int
) -> Curve:
    """Return the curve of judged predictions.

    Args:
        confidence: How sure the model was of each prediction.
        right: Whether each prediction is right.
        found_at: For each gold fact that was found, the confidence of the surest prediction of it.
        gold: How many gold facts there are.
    """
    confidences = np.asarray(list(confidence), dtype=np.float64)
    rights = np.asarray(list(right), dtype=np.int64)
    order = np.argsort(-confidences, kind="stable")
    confidences, rights = confidences[order], rights[order]
    # The last prediction of each run of equal confidences: a threshold cannot split a run.
    ends = np.flatnonzero(np.diff(confidences, append=-1.0))
    thresholds = confidences[ends]
    found_thresholds = np.sort(-np.asarray(list(found_at), dtype=np.float64))
    return Curve(
        thresholds=thresholds,
        right=np.cumsum(rights)[ends],
        predicted=ends + 1,
        found=np.searchsorted(found_thresholds, -thresholds, side="right"),
        gold=gold,
    )
