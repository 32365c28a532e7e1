"""Turns scores into probabilities, and chooses how sure is sure enough.

Scores of a network rank well and lie about chances. Two small logistic models, fitted on documents
that training never saw, say how often a mention or a fact with such scores was right.

For a fact they look at its own score and at that of its less sure argument, since a fact about a
misread name is wrong, both as linear splines; at how far it is ahead of what might be stated in its
place; at how far apart the text mentions the two; and at its type: of some types a model is right
less often than it believes.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_MENTION_SCORE = 17.0
"""No mention scores as much: log-odds are cut where a chance is within 1e-7 of certainty."""

LEAST_CHANCE = 1e-6
"""Chances closer to 0 or 1 than this count as this close."""

LEAST_RIGHT = 10
"""Fewer right ones than this say nothing about chances."""

TRUSTED_FROM = 20
"""Confidences that were fitted on fewer documents than this are not to be trusted."""

FACTS_A_DOCUMENT = 10
"""So many facts of one document count at most: they are right and wrong together. With fewer than
20 documents no confidence reaches 0.995, which would be shown as 1.00."""

RIDGE = 1e-2
"""Pull towards zero: keeps the fit finite when the data are separable."""

SHARED_RIDGE = 3.0
"""The same for what a type, or a distance, has of its own: about as many facts as this must speak
for a difference before half of it is believed."""

SCORE_KNOTS = (0.0, 2.0)
"""Where the line of a relation's score may bend."""

ARGUMENT_KNOTS = (0.0, 3.0)
"""Where that of the weaker argument's score may."""

MOST_LEAD = 4.0
"""A rival that is behind, or ahead, by more than this is so by this much."""

Leads = tuple[float, float, float]
"""By how much a relation's score exceeds the best of another type for the same pair, of the same
type and another object, and of the same type and another subject: -`MOST_LEAD` to `MOST_LEAD`."""

NO_RIVAL: Leads = (MOST_LEAD, MOST_LEAD, MOST_LEAD)
"""The leads of a relation beside which nothing else could be stated."""

FAR_APART = 3
"""Sentence bounds between the closest mentions of two entities; more count as this many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Two logistic models and the thresholds that go with them."""

    mention: tuple[float, float] = (0.0, 1.0)
    """Bias, and the weight of a mention's score."""
    relation: tuple[float, float, float] = (0.0, 1.0, 0.0)
    """Bias, and the weights of a relation's score and of the weaker argument's score."""
    relation_bends: tuple[float, ...] = ()
    """By how much the slope of a relation's score grows at each of `SCORE_KNOTS`, and that of the
    weaker argument's at each of `ARGUMENT_KNOTS`. None: straight lines."""
    relation_leads: tuple[float, ...] = ()
    """Weights of the three `Leads`. None: nothing."""
    relation_apart: tuple[float, ...] = ()
    """What is added for 0, 1, … sentence bounds between the closest mentions of the arguments; the
    last one for more, too. None: nothing."""
    relation_types: tuple[float, ...] = ()
    """What is added for each relation type, in the model's order. None: nothing."""
    mention_threshold: float = 0.5
    """Lowest confidence of a mention that is reported for its own sake; 0 reports everything."""
    argument_threshold: float = 1.0
    """Lowest confidence of a mention that relations are looked for with: with a relation that is
    reported its arguments are, too. Above `mention_threshold` it means that one."""
    relation_threshold: float = 0.5
    """Lowest confidence of a relation that is reported."""
    n_mentions: int | None = None
    """How many right mentions the fit has seen, as `witnesses` counts them; None: nobody noted."""
    n_relations: int | None = None
    """The same of relations."""

    def mention_confidence(self, score: float) -> float:
        """Return the chance that a mention with this score is right."""
        chance = _sigmoid(self.mention[0] + self.mention[1] * score)
        return float(supported(chance, self.n_mentions))

    def relation_confidence(
        self,
        score: float,
        argument_score: float,
        apart: int = 0,
        type_: int = 0,
        leads: Leads = NO_RIVAL,
    ) -> float:
        """Return the chance that a fact is right, both arguments included.

        Args:
            score: The relation's.
            argument_score: That of the argument that is less sure.
            apart: Sentence bounds between the closest mentions of the arguments.
            type_: Number of the relation type.
            leads: How far the relation is ahead of its rivals.
        """
        logit = self.relation[0] + self._score_line(score) + self._argument_line(argument_score)
        logit += sum(
            weight * lead for weight, lead in zip(self.relation_leads, leads, strict=False)
        )
        if self.relation_apart:
            logit += self.relation_apart[min(apart, len(self.relation_apart) - 1)]
        if self.relation_types:
            logit += self.relation_types[type_]
        return float(supported(_sigmoid(logit), self.n_relations))

    @property
    def least_argument_score(self) -> float:
        """The score from which on a mention is looked at."""
        threshold = min(self.argument_threshold, self.mention_threshold)
        chance = _before_support(threshold, self.n_mentions)
        # With a weight of 0 the score says nothing, and no score may be left out for it.
        return (_logit(chance) - self.mention[0]) / max(self.mention[1], 1e-6)

    @property
    def least_relation_score(self) -> float:
        """A score below which no relation reaches its threshold, whatever else speaks for it."""
        chance = _before_support(self.relation_threshold, self.n_relations)
        # Where a higher score does not speak for a relation, or any chance will do, no score is
        # too low.
        if self.relation[1] <= 0 or chance < LEAST_CHANCE:
            return -math.inf
        # A line that bends is highest at an end or at a knot.
        ends = (self.least_argument_score, MOST_MENTION_SCORE)
        inner = (knot for knot in ARGUMENT_KNOTS if ends[0] < knot < ends[1])
        strongest = self.relation[0] + max(map(self._argument_line, (*ends, *inner)))
        strongest += MOST_LEAD * sum(map(abs, self.relation_leads))
        strongest += max(self.relation_apart, default=0.0) + max(self.relation_types, default=0.0)
        # A little lower, for scores are rounded to float32.
        return self._first_score(_logit(chance) - strongest) - 1e-3

    def _score_line(self, score: float) -> float:
        """Return what a relation's own score speaks for it."""
        return _spline(score, self.relation[1], SCORE_KNOTS, self._bends[: len(SCORE_KNOTS)])

    def _argument_line(self, score: float) -> float:
        """Return what the score of the weaker argument speaks for a relation."""
        return _spline(score, self.relation[2], ARGUMENT_KNOTS, self._bends[len(SCORE_KNOTS) :])

    @property
    def _bends(self) -> tuple[float, ...]:
        return self.relation_bends or (0.0,) * (len(SCORE_KNOTS) + len(ARGUMENT_KNOTS))

    def _first_score(self, wanted: float) -> float:
        """Return the lowest score whose line is as high as this; infinity if none is."""
        # The line is gone along from the left, piece by piece. The first piece has no beginning,
        # so heights on it are counted from 0, where the line is 0 by definition.
        slope, start = self.relation[1], -math.inf
        for knot, bend in zip((*SCORE_KNOTS, math.inf), (*self._bends, 0.0), strict=False):
            reached = self._score_line(start) if start > -math.inf else 0.0
            origin = start if start > -math.inf else 0.0
            if slope > 0 and origin + (wanted - reached) / slope <= knot:
                return origin + (wanted - reached) / slope
            slope, start = slope + bend, knot
        return math.inf

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Calibration":
        """Read back what `to_dict` wrote."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        return cls(**values)


def witnesses(n_right: int, n_documents: int) -> int:
    """Return how many facts a fit may lean on, of those that were right in some documents."""
    return min(n_right, FACTS_A_DOCUMENT * n_documents)


def supported(chance: Any, n_witnesses: int | None) -> Any:
    """Return what so many right facts can bear of a chance, or of an array of them.

    Laplace's rule of succession: what was right n times of n is right the next time with a chance
    of (n + 1) / (n + 2) and not for certain. Even odds stay even, and no two chances change places.
    """
    if n_witnesses is None:
        return chance
    n = max(n_witnesses, 1)  # with none all chances would be the same
    return (n * chance + 1) / (n + 2)


def _before_support(confidence: float, n_witnesses: int | None) -> float:
    """Return the chance of which `supported` makes this confidence; outside 0 to 1 if none does."""
    if n_witnesses is None:
        return confidence
    n = max(n_witnesses, 1)
    return ((n + 2) * confidence - 1) / n


def few_documents(n: int) -> str:
    """Return the sentence that so few documents are not enough to trust confidences by."""
    return (
        f"confidences were fitted on {n} {'document' if n == 1 else 'documents'}, fewer than "
        f"{TRUSTED_FROM}: they are not to be trusted, and are kept away from 1"
    )


def fit_logistic(
    features: Floats, right: npt.NDArray[np.bool_], ridge_by_feature: Floats | None = None
) -> Floats:
    """Return bias and weights of the ridge logistic regression of `(N, F)` features.

    Newton's method; a handful of steps reaches the optimum.

    Args:
        features: `(N, F)`.
        right: `(N,)`.
        ridge_by_feature: `(F,)` how strongly each weight is pulled towards zero; `RIDGE` if None.
    """
    design = np.column_stack([np.ones(len(features)), features])  # (N, 1 + F)
    weights = np.zeros(design.shape[1])
    pulls = np.full(len(weights), RIDGE)
    if ridge_by_feature is not None:
        pulls[1:] = ridge_by_feature
    ridge = np.diag(pulls)
    # Ten times as many steps as any fit here has taken.
    for _ in range(50):
        chance = _sigmoid(design @ weights)
        gradient = design.T @ (chance - right) + ridge @ weights
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + ridge
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(weights)


def relation_design(
    scores: Floats,
    apart: npt.NDArray[np.int64],
    types: npt.NDArray[np.int64],
    leads: Floats,
    n_types: int,
) -> tuple[Floats, Floats]:
    """Return `(N, F)` features of facts for `fit_logistic`, and `(F,)` ridges.

    Args:
        scores: `(N, 2)` the relation's and the weaker argument's.
        apart: `(N,)` sentence bounds between the closest mentions of the arguments.
        types: `(N,)` numbers of relation types.
        leads: `(N, 3)` how far each is ahead of its rivals.
        n_types: How many there are.
    """
    bends = [np.maximum(scores[:, 0] - knot, 0) for knot in SCORE_KNOTS]
    bends += [np.maximum(scores[:, 1] - knot, 0) for knot in ARGUMENT_KNOTS]
    # One column for each distance but 0, which the others are compared with.
    distances = np.minimum(apart, FAR_APART)[:, None] == np.arange(1, FAR_APART + 1)
    kinds = types[:, None] == np.arange(n_types)
    features = np.column_stack([scores, *bends, leads, distances, kinds]).astype(np.float64)
    ridges = np.full(features.shape[1], SHARED_RIDGE)
    ridges[: -FAR_APART - n_types] = RIDGE
    return features, ridges


def fitted_relations(calibration: Calibration, weights: Floats) -> Calibration:
    """Return a calibration with weights that were fitted to features of `relation_design`."""
    # In the order of the columns in `relation_design`, behind the bias: one cannot change alone.
    values = iter([float(value) for value in weights])
    return replace(
        calibration,
        relation=(next(values), next(values), next(values)),
        relation_bends=tuple(islice(values, len(SCORE_KNOTS) + len(ARGUMENT_KNOTS))),
        relation_leads=tuple(islice(values, len(NO_RIVAL))),
        relation_apart=(0.0, *islice(values, FAR_APART)),
        relation_types=tuple(values),
    )


def cross_fitted(
    features: Floats,
    right: npt.NDArray[np.bool_],
    fold: npt.NDArray[np.int64],
    ridge_by_feature: Floats | None = None,
) -> Floats:
    """Return for each row the chance by a model that was fitted on the other folds."""
    chances = np.zeros(len(features))
    for held in np.unique(fold):
        weights = fit_logistic(features[fold != held], right[fold != held], ridge_by_feature)
        rows = np.column_stack([np.ones((fold == held).sum()), features[fold == held]])
        chances[fold == held] = _sigmoid(rows @ weights)
    return chances


def precision_at(
    confidences: Floats, right: npt.NDArray[np.bool_], n_gold: int
) -> list[tuple[float, float, float]]:
    """Return threshold, precision and recall for every number of facts kept, surest first."""
    order = np.argsort(-confidences, kind="stable")
    hits = np.cumsum(right[order])
    kept = np.arange(1, len(order) + 1)
    return [
        (float(confidences[i]), float(hit / n), float(hit / max(n_gold, 1)))
        for i, hit, n in zip(order, hits, kept, strict=True)
    ]


def threshold_for(curve: Sequence[tuple[float, float, float]], precision: float) -> float:
    """Return the lowest threshold that still reaches the precision; 1 if none does.

    A precision of 0 asks for the threshold with the best F1 instead.
    """
    if precision == 0:
        return max(curve, key=lambda point: f1(*point[1:]), default=(1.0, 0.0, 0.0))[0]
    reached = [threshold for threshold, precision_there, _ in curve if precision_there >= precision]
    return min(reached, default=1.0)


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean of a precision and a recall; 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def calibration_error(confidences: Floats, right: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal width."""
    if not len(confidences):
        return 0.0
    index = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [
        abs(confidences[index == b].mean() - right[index == b].mean()) * (index == b).sum()
        for b in np.unique(index)
    ]
    return float(sum(gaps) / len(confidences))


def _spline(x: float, slope: float, knots: Sequence[float], bends: Sequence[float]) -> float:
    """Return the value of a linear spline through 0 whose slope grows at each knot."""
    bent = (bend * max(x - knot, 0.0) for knot, bend in zip(knots, bends, strict=True))
    return slope * x + sum(bent)


def _sigmoid(x: Any) -> Any:
    # Beyond 60 the result is 0 or 1 in float64 anyway, and `exp` would warn of an overflow.
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))


def _logit(p: float) -> float:
    p = min(max(p, LEAST_CHANCE), 1 - LEAST_CHANCE)
    return float(np.log(p / (1 - p)))
