"""Losses by name, each a function of logits and targets that returns a scalar."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

IMPOSSIBLE = -1e4
"""The logit of what cannot be: its chance is 0, and so is its share in any loss."""

CERTAIN = 6.0
"""Log-odds of a chance of 0.998."""


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean negative log likelihood of `(N,)` classes under `(N, C)` logits."""
    return F.cross_entropy(logits, targets)


def among_labelled(logits: Tensor, unlabelled: Tensor) -> Tensor:
    """Return logits in which "no mention" also stands for the types that nobody looked for.

    A span without a label may be one of those, so its chance of being none is theirs, too; no loss
    tells them apart.

    Args:
        logits: `(S, 1 + E)`, the first for no mention.
        unlabelled: `(S, E)` bool.
    """
    hidden_types = logits[:, 1:].masked_fill(~unlabelled, IMPOSSIBLE)
    none = torch.logsumexp(torch.cat([logits[:, :1], hidden_types], 1), 1, keepdim=True)
    return torch.cat([none, logits[:, 1:].masked_fill(unlabelled, IMPOSSIBLE)], 1)


def bce(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the binary cross-entropy of `(N, C)` logits, summed over classes, mean over rows."""
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return loss.sum(-1).mean()


def focal(logits: Tensor, targets: Tensor, gamma: float = 2.0) -> Tensor:
    """Return `bce` with the easy cases weighted down by `(1 - p) ** gamma`."""
    loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (loss * (1 - torch.exp(-loss)) ** gamma).sum(-1).mean()


def adaptive_threshold(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the loss that puts class 0 between the true and the other classes of each row.

    Zhou et al. 2021: every true class should score above the threshold class, and the threshold
    class above every other. `targets[:, 0]` is ignored.
    """
    positive = targets.clone()
    positive[:, 0] = 0
    threshold = torch.zeros_like(targets)
    threshold[:, 0] = 1
    # A large finite number instead of -inf: rows without true classes stay free of NaN.
    above = F.log_softmax(logits - (1 - positive - threshold) * 1e30, -1)
    below = F.log_softmax(logits - positive * 1e30, -1)
    return (-(above * positive).sum(-1) - below[:, 0]).mean()


def mean_squared_error(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean squared distance of log-odds to a teacher's: distillation.

    Both are cut where a chance is as good as certain. Nearly all spans are no mentions, and a
    teacher's log-odds for them are large and differ a lot. Without the cut these differences would
    make up most of the loss, and they teach nothing.
    """
    return F.mse_loss(logits.clamp(-CERTAIN, CERTAIN), targets.clamp(-CERTAIN, CERTAIN))


def brier(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the squared distance of probabilities to the truth, summed over classes, row mean."""
    return (torch.sigmoid(logits) - targets).square().sum(-1).mean()


def softmax_focal(logits: Tensor, targets: Tensor, gamma: float = 2.0) -> Tensor:
    """Return `cross_entropy` with the easy cases weighted down by `(1 - p) ** gamma`."""
    loss = F.cross_entropy(logits, targets, reduction="none")
    return (loss * (1 - torch.exp(-loss)) ** gamma).mean()


def softmax_brier(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the squared distance of `(N, C)` probabilities to `(N,)` classes, row mean."""
    truth = F.one_hot(targets, logits.shape[1]).to(logits.dtype)
    return (logits.softmax(-1) - truth).square().sum(-1).mean()


MENTION_LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": cross_entropy,
    "focal": softmax_focal,
    "brier": softmax_brier,
}
"""Of `(N, C)` logits and `(N,)` classes: a span is of one type or none."""

RELATION_LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "bce": bce,
    "focal": focal,
    "adaptive_threshold": adaptive_threshold,
    "brier": brier,
}
"""Of `(N, C)` logits and `(N, C)` truth: a pair may be in several relations."""
