"""Counts of one comparison, and the precision, recall and F1 made of them.

Precision counts predictions (`right` of `predicted`), recall counts gold facts (`found` of
`gold`). Where a prediction must equal a gold fact the two numerators are the same; where it may
only resemble one (relations, soft) several predictions can meet one gold fact.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from extractors.calibration import f1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Precision, recall and F1, between 0 and 1; nothing of nothing is 0."""

    precision: float
    recall: float
    f1: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that JSON can hold."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many predictions are right, and how many gold facts were found."""

    right: int = 0
    predicted: int = 0
    found: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        """The share of the predictions that are right."""
        return ratio(self.right, self.predicted)

    @property
    def recall(self) -> float:
        """The share of the gold facts that were found."""
        return ratio(self.found, self.gold)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return f1(self.precision, self.recall)

    def __add__(self, other: "Score") -> "Score":
        return Score(
            right=self.right + other.right,
            predicted=self.predicted + other.predicted,
            found=self.found + other.found,
            gold=self.gold + other.gold,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return counts and figures as plain data that JSON can hold."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "right": self.right,
            "predicted": self.predicted,
            "found": self.found,
            "gold": self.gold,
        }


@dataclass(frozen=True, slots=True)
class TypedScore:
    """A score per type; micro adds their counts, macro averages their figures.

    A type that occurs neither in gold nor among the predictions has no part in the macro average.
    """

    by_type: Mapping[str, Score] = field(default_factory=dict)

    @property
    def micro(self) -> Score:
        """The score of all types together."""
        return sum(self.by_type.values(), Score())

    @property
    def macro(self) -> Figures:
        """Precision, recall and F1, each averaged over the types."""
        scores, n = list(self.by_type.values()), len(self.by_type)
        return Figures(
            precision=ratio(sum(score.precision for score in scores), n),
            recall=ratio(sum(score.recall for score in scores), n),
            f1=ratio(sum(score.f1 for score in scores), n),
        )

    def __add__(self, other: "TypedScore") -> "TypedScore":
        types = sorted({*self.by_type, *other.by_type})
        empty = Score()
        return TypedScore(
            {
                type_: self.by_type.get(type_, empty) + other.by_type.get(type_, empty)
                for type_ in types
            }
        )

    def to_dict(self) -> dict[str, Any]:
        """Return micro, macro and the types as plain data that JSON can hold."""
        return {
            "micro": self.micro.to_dict(),
            "macro": self.macro.to_dict(),
            "by_type": {type_: score.to_dict() for type_, score in self.by_type.items()},
        }


def exact_score(gold: set[Any], predicted: set[Any]) -> Score:
    """Count the predictions that equal a gold fact."""
    right = len(gold & predicted)
    return Score(right=right, predicted=len(predicted), found=right, gold=len(gold))


def exact_typed_score(
    gold: Iterable[tuple[str, Hashable]], predicted: Iterable[tuple[str, Hashable]]
) -> TypedScore:
    """Count, per type, the predictions that equal a gold fact; both sides are `(type, key)`."""
    gold, predicted = set(gold), set(predicted)
    return typed_score(
        right=(type_ for type_, _ in gold & predicted),
        predicted=(type_ for type_, _ in predicted),
        found=(type_ for type_, _ in gold & predicted),
        gold=(type_ for type_, _ in gold),
    )


def typed_score(
    *, right: Iterable[str], predicted: Iterable[str], found: Iterable[str], gold: Iterable[str]
) -> TypedScore:
    """Count, per type, facts given by their types alone."""
    n_right, n_predicted = Counter(right), Counter(predicted)
    n_found, n_gold = Counter(found), Counter(gold)
    return TypedScore(
        {
            type_: Score(
                right=n_right[type_],
                predicted=n_predicted[type_],
                found=n_found[type_],
                gold=n_gold[type_],
            )
            for type_ in sorted({*n_predicted, *n_gold})
        }
    )


def ratio(part: float, whole: float) -> float:
    """Return `part / whole`, and 0 of nothing."""
    return part / whole if whole else 0.0
