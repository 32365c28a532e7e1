"""R-Drop (Liang et al. 2021): a batch is read twice, and two dropouts should say the same.

How far two readings are apart is the mean of the Kullback-Leibler divergences either way. Summed
they need no logarithm of a probability: what normalises the logits cancels out.
"""

from torch import Tensor


def of_classes(one: Tensor, other: Tensor) -> Tensor:
    """Return how far two readings, `(N, C)` logits of classes, are apart: the mean over rows."""
    apart = (one.softmax(-1) - other.softmax(-1)) * (one - other)
    return apart.sum(-1).mean() / 2


def of_chances(one: Tensor, other: Tensor) -> Tensor:
    """Return the same for `(N, C)` log-odds of what may be true together: summed over classes."""
    apart = (one.sigmoid() - other.sigmoid()) * (one - other)
    return apart.sum(-1).mean() / 2
