"""The coreference head: whether two names stand for one entity."""

import torch
from torch import Tensor, nn

from extractors.network.values import N_STRING_FEATURES, ModelConfig


class CoreferenceHead(nn.Module):
    """Scores whether two names of one type stand for the same entity."""

    def __init__(self, hidden_size: int, config: ModelConfig) -> None:
        super().__init__()
        size = config.head_size // 2
        self.project = nn.Linear(hidden_size, size)
        self.score = nn.Sequential(
            nn.Dropout(config.dropout),
            nn.Linear(2 * size + N_STRING_FEATURES, size),
            nn.GELU(),
            nn.Linear(size, 1),
        )

    def forward(self, groups: Tensor, pairs: Tensor, strings: Tensor) -> Tensor:
        """Return `(P,)` logits for `(P, 2)` pairs with `(P, N_STRING_FEATURES)` of spelling."""
        projected = self.project(groups)  # (N, D / 2)
        left, right = projected[pairs[:, 0]], projected[pairs[:, 1]]  # (P, D / 2) each
        # Neither feature knows which of the two came first.
        features = torch.cat([left * right, (left - right).abs(), strings], -1)
        scores: Tensor = self.score(features)  # (P, 1)
        return scores.squeeze(-1)
