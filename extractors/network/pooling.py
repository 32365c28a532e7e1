"""Spans and groups of mentions as vectors: many tokens in, one row out."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from extractors.network.values import Candidates, Groups, Spans


class SpanPooler(nn.Module):
    """Reads a span off its first token, its last and the mean of all."""

    def __init__(self, hidden_size: int, size: int, max_width: int) -> None:
        super().__init__()
        self.first = nn.Linear(hidden_size, size)
        self.last = nn.Linear(hidden_size, size, bias=False)
        self.mean = nn.Linear(hidden_size, size, bias=False)
        self.width = nn.Embedding(max_width + 1, size)

    def by_width(self, hidden: Tensor, units: Candidates) -> Iterator[Tensor]:
        """Represent every range of units, the narrow ones first.

        All ranges of one width are neighbouring rows of what each unit has, so nothing is gathered.

        Yields:
            `(U - w + 1, D)` for each width w: the ranges from the first unit, the second, and so
            on. Those that reach into another window mean nothing.
        """
        first = self.first(hidden[units.window, units.start])  # (U, D)
        last = self.last(hidden[units.window, units.end - 1])  # (U, D)
        # Prefix sums turn the mean of any span into one subtraction.
        sums = F.pad(self.mean(hidden).cumsum(1), (0, 0, 1, 0))  # (B, T + 1, D)
        before, after = sums[units.window, units.start], sums[units.window, units.end]
        for width in range(1, self.width.num_embeddings):
            # Row i of `begins` and row i of `ends` are first and last unit of the i-th range.
            begins, ends = slice(max(0, len(first) - width + 1)), slice(width - 1, None)
            # Ranges into the next window may have a negative length, and are never asked for.
            n_tokens = (units.end[ends] - units.start[begins]).clamp_min(1)
            yield (
                first[begins]
                + last[ends]
                + (after[ends] - before[begins]) / n_tokens[:, None]
                + self.width.weight[width]
            )

    def forward(self, hidden: Tensor, spans: Spans) -> Tensor:
        """Represent each span by D numbers: `(S, D)`."""
        n_tokens = spans.end - spans.start  # (S,)
        # All tokens of all spans in one list: which span each belongs to, and which token it is.
        row = torch.repeat_interleave(n_tokens)
        before = n_tokens.cumsum(0) - n_tokens
        token = spans.start[row] + torch.arange(len(row), device=row.device) - before[row]
        total = hidden.new_zeros(len(n_tokens), hidden.shape[2]).index_add(
            0, row, hidden[spans.window[row], token]
        )  # (S, H)
        pooled: Tensor = (
            self.first(hidden[spans.window, spans.start])
            + self.last(hidden[spans.window, spans.end - 1])
            + self.mean(total / n_tokens[:, None])
            + self.width(spans.width)
        )
        return pooled


class GroupPooler(nn.Module):
    """Represents a group of mentions by the smooth maximum of its mentions."""

    def __init__(self, hidden_size: int, max_width: int) -> None:
        super().__init__()
        self.pool = SpanPooler(hidden_size, hidden_size, max_width)

    def forward(self, hidden: Tensor, groups: Groups) -> Tensor:
        """Return `(N, H)`."""
        mentions = self.pool(hidden, groups.mentions)  # (M, H)
        index = groups.group[:, None].expand_as(mentions)
        empty = mentions.new_full((len(groups.type), mentions.shape[1]), -torch.inf)
        # log(sum(exp)) of each group, the highest subtracted first so that nothing overflows.
        highest = empty.scatter_reduce(0, index, mentions.detach(), "amax")  # (N, H)
        sums = torch.zeros_like(highest).index_add(
            0, groups.group, torch.exp(mentions - highest[groups.group])
        )
        pooled: Tensor = highest + torch.log(sums)
        return pooled


def range_maximum(hidden: Tensor, window: Tensor, ranges: Tensor) -> Tensor:
    """Return the maximum of each range of tokens, `(P, H)`; zeros for an empty one.

    A sparse table: the maxima of all ranges of 1, 2, 4 … tokens, two of which cover any range.

    Args:
        hidden: `(B, T, H)`.
        window: `(P,)` which window.
        ranges: `(P, 2)` first token and the one after the last.
    """
    start, end = ranges.unbind(1)
    lengths = (end - start).clamp_min(0)
    maxima = hidden.new_zeros(len(ranges), hidden.shape[2])
    longest = int(lengths.max()) if len(ranges) else 0
    table, width = hidden, 1
    while width <= longest:
        # Two ranges of the power of two below its length cover a range; they may overlap.
        rows = ((lengths >= width) & (lengths < 2 * width)).nonzero().squeeze(1)
        if len(rows):
            first, last = table[window[rows], start[rows]], table[window[rows], end[rows] - width]
            maxima = maxima.index_put((rows,), torch.maximum(first, last))
        if table.shape[1] > width:
            table = torch.maximum(table[:, :-width], table[:, width:])
        width *= 2
    return maxima
