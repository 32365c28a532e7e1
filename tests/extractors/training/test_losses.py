"""Losses against small cases worked out by hand."""

import pytest
import torch

from extractors.training.losses import MENTION_LOSSES, RELATION_LOSSES, mean_squared_error


def loss(name: str, logits, targets) -> float:
    """The loss of that name for relations, or for mentions where targets are classes."""
    losses = RELATION_LOSSES if isinstance(targets[0], list) else MENTION_LOSSES
    return losses[name](torch.tensor(logits), torch.tensor(targets)).item()


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


def test_adaptive_threshold_ignores_the_target_of_the_threshold():
    """Class 0 is the threshold itself and no relation that a pair could be in."""
    logits = [[0.5, 2.0, -1.0]]

    assert loss("adaptive_threshold", logits, [[1.0, 1.0, 0.0]]) == pytest.approx(
        loss("adaptive_threshold", logits, [[0.0, 1.0, 0.0]])
    )


def test_focal_of_classes_counts_easy_cases_less():
    assert loss("focal", [[0.0, 5.0]], [1]) < loss("cross_entropy", [[0.0, 5.0]], [1]) / 100
    assert loss("focal", [[5.0, 0.0]], [1]) > loss("cross_entropy", [[5.0, 0.0]], [1]) / 2


def test_brier_is_the_squared_distance_of_probabilities():
    assert loss("brier", [[0.0, 0.0]], [[1.0, 0.0]]) == pytest.approx(0.5)
    assert loss("brier", [[0.0, 0.0]], [1]) == pytest.approx(0.5)


def test_mean_squared_error_compares_logits():
    logits, wanted = torch.tensor([[1.0, 3.0]]), torch.tensor([[1.0, 1.0]])

    assert mean_squared_error(logits, wanted).item() == pytest.approx(2.0)


@pytest.mark.parametrize("name", MENTION_LOSSES)
def test_losses_of_mentions_fall_on_their_gradient(name):
    """Following the gradient of any of them leads to the right class."""
    logits = torch.zeros(1, 3, requires_grad=True)
    for _ in range(200):
        MENTION_LOSSES[name](logits, torch.tensor([2])).backward()
        logits.data -= 0.5 * logits.grad
        logits.grad = None

    assert logits.argmax(1).item() == 2


@pytest.mark.parametrize("name", RELATION_LOSSES)
def test_losses_of_relations_fall_on_their_gradient(name):
    """Class 0 is the threshold of one of them, so only the others are compared."""
    logits = torch.zeros(1, 3, requires_grad=True)
    for _ in range(200):
        RELATION_LOSSES[name](logits, torch.tensor([[0.0, 1.0, 0.0]])).backward()
        logits.data -= 0.5 * logits.grad
        logits.grad = None

    assert logits[0, 1] > logits[0, 2]
