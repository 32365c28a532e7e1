"""Compare how two extractions of one document gather mentions into entities.

    exact   clusters with exactly the gold mentions
    MUC     links: how many a cluster would have to lose or gain (Vilain et al. 1995)
    B³      mentions: how much of a mention's own cluster is right (Bagga and Baldwin 1998)
    CEAF    clusters: the best one-to-one pairing by φ4, the share of mentions in common (Luo 2005)

The average of the last three F1 is the CoNLL score. A mention that only one side has counts as a
mention of no cluster on the other side. Clusters of one mention count, except in MUC, which knows
only links; `singletons=False` leaves them out everywhere, for corpora that do not label them.
All four are sums over documents, divided at the end.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from extractors.calibration import f1
from extractors.evaluation.relations import Place, places_of
from extractors.evaluation.scores import Figures, Score, exact_score, ratio
from extractors.facts import Extraction

Cluster = frozenset[Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fractions:
    """Numerators and denominators of a precision and a recall, summed over documents."""

    precision_part: float = 0.0
    precision_whole: float = 0.0
    recall_part: float = 0.0
    recall_whole: float = 0.0

    @property
    def figures(self) -> Figures:
        """The precision, recall and F1 of the sums."""
        precision = ratio(self.precision_part, self.precision_whole)
        recall = ratio(self.recall_part, self.recall_whole)
        return Figures(precision=precision, recall=recall, f1=f1(precision, recall))

    def __add__(self, other: "Fractions") -> "Fractions":
        return Fractions(
            precision_part=self.precision_part + other.precision_part,
            precision_whole=self.precision_whole + other.precision_whole,
            recall_part=self.recall_part + other.recall_part,
            recall_whole=self.recall_whole + other.recall_whole,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterScore:
    """How well mentions were gathered into entities, by four measures."""

    exact: Score = field(default_factory=Score)
    muc: Fractions = field(default_factory=Fractions)
    b_cubed: Fractions = field(default_factory=Fractions)
    ceaf: Fractions = field(default_factory=Fractions)

    @property
    def conll(self) -> float:
        """The mean of the F1 of MUC, B³ and CEAF."""
        return (self.muc.figures.f1 + self.b_cubed.figures.f1 + self.ceaf.figures.f1) / 3

    def __add__(self, other: "ClusterScore") -> "ClusterScore":
        return ClusterScore(
            exact=self.exact + other.exact,
            muc=self.muc + other.muc,
            b_cubed=self.b_cubed + other.b_cubed,
            ceaf=self.ceaf + other.ceaf,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain data that JSON can hold."""
        return {
            "exact": self.exact.to_dict(),
            "muc": self.muc.figures.to_dict(),
            "b_cubed": self.b_cubed.figures.to_dict(),
            "ceaf": self.ceaf.figures.to_dict(),
            "conll": self.conll,
        }


def cluster_score(
    gold: Extraction, predicted: Extraction, *, singletons: bool = True
) -> ClusterScore:
    """Compare the entities of one document as clusters of mentions, whatever their types."""
    return compare_clusters(_clusters(gold), _clusters(predicted), singletons=singletons)


def compare_clusters(
    gold: Iterable[Cluster], predicted: Iterable[Cluster], *, singletons: bool = True
) -> ClusterScore:
    """Compare two ways of gathering the places of one document into clusters."""
    least = 1 if singletons else 2
    gold = {cluster for cluster in gold if len(cluster) >= least}
    predicted = {cluster for cluster in predicted if len(cluster) >= least}
    return ClusterScore(
        exact=exact_score(gold, predicted),
        muc=_muc(gold, predicted),
        b_cubed=_b_cubed(gold, predicted),
        ceaf=_ceaf(gold, predicted),
    )


def _clusters(extraction: Extraction) -> set[Cluster]:
    return {places_of(entity) for entity in extraction.entities}


def _muc(gold: Collection[Cluster], predicted: Collection[Cluster]) -> Fractions:
    recall_part, recall_whole = _links(gold, predicted)
    precision_part, precision_whole = _links(predicted, gold)
    return Fractions(
        precision_part=precision_part,
        precision_whole=precision_whole,
        recall_part=recall_part,
        recall_whole=recall_whole,
    )


def _links(clusters: Collection[Cluster], others: Collection[Cluster]) -> tuple[int, int]:
    """Return how many links of `clusters` survive in `others`, and how many there are."""
    other_by_place = {place: index for index, other in enumerate(others) for place in other}
    kept = 0
    for cluster in clusters:
        # A cluster cut into k parts has lost k - 1 links; a place alone is a part of its own.
        parts = {other_by_place[place] for place in cluster if place in other_by_place}
        n_alone = sum(place not in other_by_place for place in cluster)
        kept += len(cluster) - len(parts) - n_alone
    return kept, sum(len(cluster) - 1 for cluster in clusters)


def _b_cubed(gold: Collection[Cluster], predicted: Collection[Cluster]) -> Fractions:
    overlaps = _overlaps(gold, predicted)
    return Fractions(
        precision_part=sum(n * n / len(guess) for (_, guess), n in overlaps.items()),
        precision_whole=sum(len(guess) for guess in predicted),
        recall_part=sum(n * n / len(truth) for (truth, _), n in overlaps.items()),
        recall_whole=sum(len(truth) for truth in gold),
    )


def _ceaf(gold: Collection[Cluster], predicted: Collection[Cluster]) -> Fractions:
    import numpy as np
    from scipy.optimize import linear_sum_assignment  # 0.3 s to import, and only needed here

    row_by_truth = {truth: row for row, truth in enumerate(gold)}
    column_by_guess = {guess: column for column, guess in enumerate(predicted)}
    similarity = np.zeros((len(gold), len(predicted)))
    for (truth, guess), n in _overlaps(gold, predicted).items():
        phi4 = 2 * n / (len(truth) + len(guess))
        similarity[row_by_truth[truth], column_by_guess[guess]] = phi4
    paired = float(similarity[linear_sum_assignment(similarity, maximize=True)].sum())
    return Fractions(
        precision_part=paired,
        precision_whole=len(predicted),
        recall_part=paired,
        recall_whole=len(gold),
    )


def _overlaps(
    gold: Iterable[Cluster], predicted: Iterable[Cluster]
) -> Counter[tuple[Cluster, Cluster]]:
    """Return how many places each gold cluster shares with each predicted one, if any."""
    guesses_by_place: dict[Place, list[Cluster]] = {}
    for guess in predicted:
        for place in guess:
            guesses_by_place.setdefault(place, []).append(guess)
    return Counter(
        (truth, guess)
        for truth in gold
        for place in truth
        for guess in guesses_by_place.get(place, ())
    )
