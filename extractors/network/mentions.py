"""The mention head: which spans name something, and what."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from extractors.network.pooling import SpanPooler
from extractors.network.values import Candidates, ModelConfig


class MentionHead(nn.Module):
    """Scores candidates for each entity type; class 0 is "no mention"."""

    def __init__(self, hidden_size: int, config: ModelConfig) -> None:
        super().__init__()
        size = config.head_size
        self.pool = SpanPooler(hidden_size, size, config.max_width)
        self.score = nn.Sequential(
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(size, 1 + len(config.entity_types)),
        )

    def forward(self, hidden: Tensor, candidates: Candidates) -> Tensor:
        """Return `(S, 1 + E)` logits."""
        n_units = len(candidates.start)
        # The last units begin fewer ranges of a width: padded, so that all widths are one tensor.
        scores_by_width = [
            F.pad(scores, (0, 0, 0, n_units - len(scores)))  # (U, 1 + E)
            for scores in map(self.score, self.pool.by_width(hidden, candidates))
        ]
        scores = torch.stack(scores_by_width)  # (W, U, 1 + E)
        return scores[candidates.width - 1, candidates.first]
