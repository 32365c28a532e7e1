import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.evaluation import reliability
from tests.extractors.steady import steady


def test_confidences_that_are_frequencies_have_no_calibration_error():
    """Of ten facts at 0.8 eight are right, of ten at 0.3 three are."""
    confidence = [0.8] * 10 + [0.3] * 10
    right = [True] * 8 + [False] * 2 + [True] * 3 + [False] * 7

    found = reliability(confidence, right)

    assert found.ece == pytest.approx(0)
    assert found.brier == pytest.approx((10 * 0.8 * 0.2 + 10 * 0.3 * 0.7) / 20)


def test_being_sure_and_wrong_costs_everything():
    found = reliability([1.0, 1.0], [False, False])

    assert (found.ece, found.ece_equal_mass, found.brier) == (1.0, 1.0, 1.0)


def test_precision_at_coverage_keeps_the_surest_first():
    found = reliability([0.9, 0.8, 0.2, 0.1], [True, True, False, False])

    assert dict(found.precision_at_coverage)[0.5] == 1.0
    assert dict(found.precision_at_coverage)[1.0] == 0.5


def test_nothing_kept_is_no_error():
    found = reliability([], [])

    assert (found.n, found.ece, found.brier) == (0, 0.0, 0.0)


@steady
@given(
    pairs=st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60),
    n_bins=st.integers(1, 20),
)
def test_ece_agrees_with_its_definition(pairs, n_bins):
    """The mean over facts of the gap in the bin each fact falls into."""
    confidence, right = zip(*pairs, strict=True)
    bins = {}
    for sure, is_right in pairs:
        bins.setdefault(min(int(sure * n_bins), n_bins - 1), []).append((sure, is_right))
    gaps = [
        len(facts) * abs(np.mean([f for f, _ in facts]) - np.mean([r for _, r in facts]))
        for facts in bins.values()
    ]

    found = reliability(confidence, right, n_bins=n_bins)

    assert found.ece == pytest.approx(sum(gaps) / len(pairs))
    assert sum(bin_.n for bin_ in found.bins) == len(pairs)
    assert 0 <= found.ece_equal_mass <= 1
