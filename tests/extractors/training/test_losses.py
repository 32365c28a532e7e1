"""Losses against small cases worked out by hand."""

import pytest
import torch

from extractors.training.losses import LOSSES


def loss(name: str, logits, targets) -> float:
    return LOSSES[name](torch.tensor(logits), torch.tensor(targets)).item()


def test_cross_entropy_of_even_odds_is_log_two():
    assert loss("cross_entropy", [[0.0, 0.0]], [1]) == pytest.approx(0.6931, abs=1e-4)


def test_bce_sums_over_classes_and_averages_over_rows():
    assert loss("bce", [[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]]) == pytest.approx(
        1.3863, abs=1e-4
    )


def test_focal_counts_easy_cases_less():
    easy, hard = [[4.0]], [[-1.0]]

    assert loss("focal", easy, [[1.0]]) / loss("bce", easy, [[1.0]]) < 0.01
    assert loss("focal", hard, [[1.0]]) / loss("bce", hard, [[1.0]]) > 0.5


def test_adaptive_threshold_wants_true_above_threshold_above_false():
    right = loss("adaptive_threshold", [[0.0, 9.0, -9.0]], [[0.0, 1.0, 0.0]])
    wrong = loss("adaptive_threshold", [[0.0, -9.0, 9.0]], [[0.0, 1.0, 0.0]])

    assert right < 0.01 < 9 < wrong


def test_adaptive_threshold_of_a_row_without_truth_is_finite():
    """All classes belong below the threshold."""
    assert loss("adaptive_threshold", [[9.0, 0.0, 0.0]], [[0.0, 0.0, 0.0]]) == pytest.approx(
        0, abs=1e-3
    )


def test_squared_errors_compare_logits_or_probabilities():
    assert loss("mean_squared_error", [[1.0, 3.0]], [[1.0, 1.0]]) == pytest.approx(2.0)
    assert loss("brier", [[0.0]], [[1.0]]) == pytest.approx(0.25)
