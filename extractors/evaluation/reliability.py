"""Say whether confidences are probabilities, and what a threshold on them would keep.

Everything here works on two aligned arrays: how sure the model was of each fact it kept, and
whether the fact is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

N_BINS = 10
COVERAGES = (0.1, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The facts whose confidence lies in `[low, high)`; the last bin includes 1."""

    low: float
    high: float
    n: int
    mean_confidence: float
    share_right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How far confidences are from the share of facts that are right."""

    n: int
    ece: float
    """Expected calibration error: the mean gap over the bins, weighted by their size."""
    ece_equal_mass: float
    """The same with bins that hold equally many facts: few confident facts cannot hide."""
    brier: float
    """Mean squared error of the confidences; 0.25 is what saying 0.5 always earns."""
    precision_at_coverage: tuple[tuple[float, float], ...]
    """Share of the facts kept, most confident first, and the share of those that is right."""
    bins: tuple[Bin, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that JSON can hold."""
        return {
            "n": self.n,
            "ece": self.ece,
            "ece_equal_mass": self.ece_equal_mass,
            "brier": self.brier,
            "precision_at_coverage": [list(pair) for pair in self.precision_at_coverage],
            "bins": [
                {
                    "low": bin_.low,
                    "high": bin_.high,
                    "n": bin_.n,
                    "mean_confidence": bin_.mean_confidence,
                    "share_right": bin_.share_right,
                }
                for bin_ in self.bins
            ],
        }


def reliability(
    confidence: Sequence[float] | Floats, right: Sequence[bool] | Bools, *, n_bins: int = N_BINS
) -> Reliability:
    """Measure how far `confidence` is from the probability of being right.

    Without facts every figure is 0.
    """
    confidence = np.asarray(confidence, dtype=np.float64)
    right = np.asarray(right, dtype=np.bool_)
    bins = _bins(confidence, right, n_bins)
    n = len(confidence)
    return Reliability(
        n=n,
        ece=sum(bin_.n * abs(bin_.mean_confidence - bin_.share_right) for bin_ in bins) / max(n, 1),
        ece_equal_mass=_ece_equal_mass(confidence, right, n_bins),
        brier=float(np.mean((confidence - right) ** 2)) if n else 0.0,
        precision_at_coverage=_precision_at_coverage(confidence, right),
        bins=bins,
    )


def _bins(confidence: Floats, right: Bools, n_bins: int) -> tuple[Bin, ...]:
    # A confidence of exactly 1 belongs to the last bin, not to one after it.
    numbers = np.minimum((confidence * n_bins).astype(np.int64), n_bins - 1)
    bins = []
    for number in range(n_bins):
        inside = numbers == number
        n = int(inside.sum())
        bins.append(
            Bin(
                low=number / n_bins,
                high=(number + 1) / n_bins,
                n=n,
                mean_confidence=float(confidence[inside].mean()) if n else 0.0,
                share_right=float(right[inside].mean()) if n else 0.0,
            )
        )
    return tuple(bins)


def _ece_equal_mass(confidence: Floats, right: Bools, n_bins: int) -> float:
    n = len(confidence)
    if not n:
        return 0.0
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(n_bins, n))
    gaps = [len(part) * abs(confidence[part].mean() - right[part].mean()) for part in parts]
    return float(sum(gaps) / n)


def _precision_at_coverage(confidence: Floats, right: Bools) -> tuple[tuple[float, float], ...]:
    if not len(confidence):
        return tuple((coverage, 0.0) for coverage in COVERAGES)
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    kept = [max(1, round(coverage * len(order))) for coverage in COVERAGES]
    return tuple(
        (coverage, float(precision[n - 1])) for coverage, n in zip(COVERAGES, kept, strict=True)
    )
