"""The relation head: what a text says of two entities, and where it says so."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from extractors.network.pooling import range_maximum
from extractors.network.values import DISTANCE_BUCKETS, ORDER_BUCKETS, Groups, ModelConfig, Pairs

PAIRS_AT_ONCE = 512
"""Pairs that are scored together: they hold 13 MB of bilinear features."""


class RelationHead(nn.Module):
    """Scores every relation type for ordered pairs of groups; class 0 is the threshold.

    A pair looks for its own context: an attention over the window's tokens whose query comes from
    both ends. Where it looks is also the sentence we cite as evidence.
    """

    def __init__(self, hidden_size: int, config: ModelConfig) -> None:
        super().__init__()
        n_types, n_classes = len(config.entity_types), 1 + len(config.relation_types)
        self.block_size = config.block_size
        self.subject = nn.Linear(hidden_size, hidden_size)
        self.object = nn.Linear(hidden_size, hidden_size)
        self.subject_context = nn.Linear(hidden_size, hidden_size, bias=False)
        self.object_context = nn.Linear(hidden_size, hidden_size, bias=False)
        self.subject_query = nn.Linear(hidden_size, hidden_size // 2)
        self.object_query = nn.Linear(hidden_size, hidden_size // 2)
        self.key = nn.Linear(hidden_size, hidden_size // 2)
        self.subject_type = nn.Embedding(n_types, hidden_size)
        self.object_type = nn.Embedding(n_types, hidden_size)
        self.distance = nn.Embedding(DISTANCE_BUCKETS, hidden_size)
        if config.between:
            self.subject_between = nn.Linear(hidden_size, hidden_size, bias=False)
            self.object_between = nn.Linear(hidden_size, hidden_size, bias=False)
            self.subject_order = nn.Embedding(ORDER_BUCKETS, hidden_size)
            self.object_order = nn.Embedding(ORDER_BUCKETS, hidden_size)
            nn.init.normal_(self.subject_order.weight, std=0.1)
            nn.init.normal_(self.object_order.weight, std=0.1)
        self.dropout = nn.Dropout(config.dropout)
        self.bilinear = nn.Linear(hidden_size * config.block_size, n_classes)
        self.types = nn.Parameter(torch.zeros(n_types, n_types, n_classes))
        for embedding in (self.subject_type, self.object_type, self.distance):
            nn.init.normal_(embedding.weight, std=0.1)

    def forward(
        self,
        hidden: Tensor,
        mask: Tensor,
        groups: Groups,
        pooled: Tensor,
        pairs: Pairs,
        *,
        allowed: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Return `(P, 1 + R)` logits and the `(P, T)` attention they rest on.

        Args:
            hidden: `(B, T, H)`.
            mask: `(B, T)` bool.
            groups: Whose `pooled` `(N, H)` are given.
            pooled: What `GroupPooler` returned for `groups`.
            pairs: Whom to score.
            allowed: `(E, E, R)` which relations may join which types; the others are not worked out
                and get minus infinity.
        """
        prepared = _Prepared(
            hidden=hidden,
            mask=mask,
            keys=self.key(hidden),
            contexts=torch.cat([self.subject_context(hidden), self.object_context(hidden)], -1),
            subject_queries=self.subject_query(pooled),
            object_queries=self.object_query(pooled),
            subjects=self.subject(pooled) + self.subject_type(groups.type),
            objects=self.object(pooled) + self.object_type(groups.type),
            groups=groups,
        )
        # In parts, so that what is needed for one part alone is gone before the next.
        parts = [self._ends(prepared, part) for part in pairs.split(PAIRS_AT_ONCE)]
        left, right, attention = (torch.cat(column) for column in zip(*parts, strict=True))
        subject_type, object_type = groups.type[pairs.index].unbind(1)
        types = subject_type * len(self.types) + object_type  # (P,)
        if allowed is None or allowed.all():
            logits = self._score(left, right, slice(None)) + self.types.flatten(0, 1)[types]
        else:
            logits = self._score_allowed(left, right, types, allowed)
        return logits, attention

    def _ends(self, prepared: "_Prepared", pairs: Pairs) -> tuple[Tensor, Tensor, Tensor]:
        """Represent subjects and objects, `(P, H)` each, and say where they look, `(P, T)`."""
        subject, object_ = pairs.index.unbind(1)
        groups = prepared.groups
        attention, context = self._look(prepared, subject, object_)  # (P, T), (P, 2 H)
        subject_context, object_context = context.chunk(2, -1)  # (P, H) each
        distance_P = self.distance(pairs.distance)  # (P, H)  # noqa: N806
        left = prepared.subjects[subject] + subject_context + distance_P  # (P, H)
        right = prepared.objects[object_] + object_context + distance_P  # (P, H)
        if pairs.between is not None:
            tokens, order = pairs.between.tokens, pairs.between.order
            gap = range_maximum(prepared.hidden, groups.window[subject], tokens)  # (P, H)
            left = left + self.subject_between(gap) + self.subject_order(order)
            right = right + self.object_between(gap) + self.object_order(order)
        # Between -1 and 1, or a product of two large coordinates would outweigh all others.
        return self.dropout(torch.tanh(left)), self.dropout(torch.tanh(right)), attention

    def _score(self, left: Tensor, right: Tensor, classes: Tensor | slice) -> Tensor:
        """Return `(P, C)` logits of some classes but for what the types say.

        A bilinear form of H × H numbers a class would be too many. Subject and object are cut into
        blocks of `block_size` coordinates, and only coordinates of one block are multiplied.
        """
        block = self.block_size  # K, so that there are H / K blocks
        weight, bias = self.bilinear.weight[classes], self.bilinear.bias[classes]
        logits = []
        for subjects, objects in zip(
            torch.split(left, PAIRS_AT_ONCE), torch.split(right, PAIRS_AT_ONCE), strict=True
        ):
            columns = torch.unflatten(subjects, 1, (-1, block, 1))  # (P, H / K, K, 1)
            outer = columns * torch.unflatten(objects, 1, (-1, 1, block))  # (P, H / K, K, K)
            logits.append(F.linear(outer.flatten(1), weight, bias))  # (P, H K) -> (P, C)
        return torch.cat(logits)

    def _score_allowed(self, left: Tensor, right: Tensor, types: Tensor, allowed: Tensor) -> Tensor:
        """Return `(P, 1 + R)` logits: each pair is only asked what may join its types.

        A corpus of many relation types knows few for any two entity types.
        """
        asked = F.pad(allowed.flatten(0, 1), (1, 0), value=True)  # (E * E, 1 + R)
        logits = left.new_full((len(left), asked.shape[1]), -torch.inf)
        counts = torch.bincount(types, minlength=len(asked)).tolist()
        # One product for all pairs of the same two types: they are asked the same classes.
        rows_by_types = torch.split(torch.argsort(types, stable=True), counts)
        for both, rows in enumerate(rows_by_types):
            if len(rows):
                classes = asked[both].nonzero().squeeze(1)  # (C,)
                scores = self._score(left[rows], right[rows], classes)
                scores = scores + self.types.flatten(0, 1)[both, classes]
                logits[rows[:, None], classes] = scores
        return logits

    def _look(
        self, prepared: "_Prepared", subject: Tensor, object_: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the `(P, T)` attention, and what it sees, for subject and object, `(P, 2 H)`."""
        queries = prepared.subject_queries[subject] + prepared.object_queries[object_]
        # Without this, products of H / 2 coordinates would make the softmax choose one token.
        queries = queries / queries.shape[-1] ** 0.5  # (P, H / 2)
        n_windows = len(prepared.mask)
        counts = torch.bincount(prepared.groups.window[subject], minlength=n_windows).tolist()
        attentions, contexts = [], []
        # Window by window: pairs are sorted by it, and no pair looks into another window.
        for window, window_queries in enumerate(queries.split(counts)):
            if len(window_queries):
                scores = window_queries @ prepared.keys[window].T  # (P, T) of this window
                attention = scores.masked_fill(~prepared.mask[window], -torch.inf).softmax(-1)
                attentions.append(attention)
                contexts.append(attention @ prepared.contexts[window])  # (P, 2 H)
        return torch.cat(attentions), torch.cat(contexts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What the relation head works out once for all pairs: there are fewer tokens and groups."""

    hidden: Tensor
    """`(B, T, H)`."""
    mask: Tensor
    """`(B, T)`."""
    keys: Tensor
    """`(B, T, H / 2)` what tokens are found by."""
    contexts: Tensor
    """`(B, T, 2 H)` what tokens say about subject and object."""
    subject_queries: Tensor
    """`(N, H / 2)` what each group looks for as a subject."""
    object_queries: Tensor
    """`(N, H / 2)` and as an object."""
    subjects: Tensor
    """`(N, H)` each group as a subject."""
    objects: Tensor
    """`(N, H)` and as an object."""
    groups: Groups
