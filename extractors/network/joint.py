"""The network: one encoder pass, then heads for mentions, coreference and relations.

Axes: **B** windows, **T** tokens, **U** units, **S** spans, **W** the widest of them, **N** groups
of mentions that stand for one entity, **P** pairs of groups, **H** hidden, **D** the heads' width,
**E** entity types, **R** relation types. Units, spans, groups and pairs of all windows of a batch
lie in one list: nothing is padded but the encoder's input.

    tokens ─► Encoder ─► hidden ─┬─► MentionHead      every span up to a width
                                 ├─► GroupPooler ─┬─► CoreferenceHead   pairs of names
                                 │                └─► RelationHead ◄─ attention over the window
                                 └────────────────────────┘
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from transformers import PreTrainedModel

from extractors.errors import ConfigError
from extractors.text import SHAPES

PAIRS_AT_ONCE = 512
"""Pairs that are scored together: they hold 13 MB of bilinear features."""
N_STRING_FEATURES = 9
DISTANCE_BUCKETS = 6
ORDER_BUCKETS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """The shape of the network; written into every checkpoint."""

    architecture: Literal["joint", "tagger"] = "joint"
    """`joint`: mentions, coreference and relations; `tagger`: a token classifier, mentions only."""
    encoder: str = "all-minilm-l6-v2"
    """A known name, a package, a local folder or a hub name."""
    encoder_layers: Annotated[int, Field(ge=0)] = 0
    """How many of the encoder's layers are used, the first ones; 0: all."""
    entity_types: tuple[str, ...] = ()
    relation_types: tuple[str, ...] = ()
    symmetric: tuple[str, ...] = ()
    """Relation types without direction; in a configuration also patterns, `*` for all. A pair is
    read both ways, and stated once, with the entity that is mentioned first as its subject."""
    clustering: Literal["names", "none"] = "names"
    """`names`: mentions of one name, and names that corefer, are one entity; `none`: each mention
    is an entity of its own (corpora of single sentences)."""
    nested: bool = False
    """Whether mentions may lie inside one another."""
    max_width: Annotated[int, Field(ge=1)] = 10
    """Longest mention in units."""
    window_tokens: Annotated[int, Field(ge=1)] = 510
    """Most tokens the encoder reads at once."""
    overlap_tokens: Annotated[int, Field(ge=0)] = 128
    """How much neighbouring windows share."""
    head_size: Annotated[int, Field(ge=2)] = 256
    """D: width of the mention and coreference heads."""
    block_size: Annotated[int, Field(ge=1)] = 16
    """Side of the blocks of the relation head's bilinear form; divides the encoder's H."""
    dropout: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.1
    sentences_apart: Annotated[int, Field(ge=-1)] = -1
    """Relations are looked for between entities whose closest mentions have at most so many
    sentence bounds between them; -1: anywhere in a window."""
    between: bool = False
    """Whether a pair also reads what stands between its closest mentions, by the maximum of it, how
    much that is, and which of the two comes first."""
    relation_loss: Literal["bce", "focal", "adaptive_threshold", "brier"] = "adaptive_threshold"
    """What the relation head is trained with; decides whether class 0 is a learned threshold."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What could be mentions: the units of all windows in one list, and ranges of them."""

    window: Tensor
    """`(U,)` which window."""
    start: Tensor
    """`(U,)` each unit's first token."""
    end: Tensor
    """`(U,)` the token after its last."""
    first: Tensor
    """`(S,)` the unit each candidate begins with."""
    width: Tensor
    """`(S,)` number of its units, from 1."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of tokens anywhere in a batch."""

    window: Tensor
    """`(S,)` which window."""
    start: Tensor
    """`(S,)` first token."""
    end: Tensor
    """`(S,)` the token after the last."""
    width: Tensor
    """`(S,)` number of units."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Mentions taken as entities."""

    mentions: Spans
    group: Tensor
    """`(M,)` the group of each mention; groups are numbered by window."""
    type: Tensor
    """`(N,)` entity type."""
    window: Tensor
    """`(N,)` which window."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Ordered pairs of groups, sorted by window."""

    index: Tensor
    """`(P, 2)` subject and object among the groups of the batch."""
    distance: Tensor
    """`(P,)` how many sentences lie between them, cut at `DISTANCE_BUCKETS - 1`."""
    between: "Between | None"
    """For models that read it."""

    def split(self, size: int) -> Iterator["Pairs"]:
        """Yield the pairs in parts of at most so many."""
        for first in range(0, len(self.index), size):
            part = slice(first, first + size)
            between = self.between
            yield Pairs(
                self.index[part],
                self.distance[part],
                between and Between(between.tokens[part], between.order[part]),
            )


@dataclass(frozen=True, slots=True)
class Between:
    """What stands between the closest mentions of each pair."""

    tokens: Tensor
    """`(P, 2)` the first token and the one after the last."""
    order: Tensor
    """`(P,)` how many units, as the bits of that number, and `ORDER_BUCKETS / 2` more where the
    object comes first."""


class Encoder(nn.Module):
    """A pretrained encoder that is also told how each token is spelled."""

    def __init__(self, encoder: PreTrainedModel) -> None:
        super().__init__()
        self.base = encoder
        self.hidden_size: int = encoder.config.hidden_size
        self.shapes = nn.Embedding(len(SHAPES), self.hidden_size)
        nn.init.zeros_(self.shapes.weight)  # starts as the encoder that was pretrained

    def forward(
        self, token_ids: Tensor, shapes: Tensor, mask: Tensor, *, bfloat16: bool = False
    ) -> Tensor:
        """Encode `(B, T)` tokens into `(B, T, H)` float32, whatever it computes in."""
        with torch.autocast(token_ids.device.type, torch.bfloat16, enabled=bfloat16):
            embedded = self.base.get_input_embeddings()(token_ids) + self.shapes(shapes)
            hidden: Tensor = self.base(
                inputs_embeds=embedded, attention_mask=mask.to(torch.int64)
            ).last_hidden_state
        return hidden.float()


def keep_layers(encoder: PreTrainedModel, n: int) -> None:
    """Cut an encoder off after its first `n` layers.

    Raises:
        ConfigError: It has fewer.
    """
    n_layers = int(encoder.config.num_hidden_layers)
    if not 0 < n <= n_layers:
        raise ConfigError(f"the encoder has {n_layers} layers, not {n}", "model.encoder_layers")
    for module in encoder.modules():
        for name, own in module.named_children():
            if isinstance(own, nn.ModuleList) and len(own) == n_layers:
                setattr(module, name, own[:n])
    encoder.config.num_hidden_layers = n


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
        last = self.last(hidden[units.window, units.end - 1])
        # Prefix sums turn the mean of any span into one subtraction.
        sums = F.pad(self.mean(hidden).cumsum(1), (0, 0, 1, 0))  # (B, T + 1, D)
        before, after = sums[units.window, units.start], sums[units.window, units.end]
        for width in range(1, self.width.num_embeddings):
            begins, ends = slice(max(0, len(first) - width + 1)), slice(width - 1, None)
            n_tokens = (units.end[ends] - units.start[begins]).clamp_min(1)
            yield (
                first[begins]
                + last[ends]
                + (after[ends] - before[begins]) / n_tokens[:, None]
                + self.width.weight[width]
            )

    def forward(self, hidden: Tensor, spans: Spans) -> Tensor:
        """Represent each span by D numbers: `(S, D)`."""
        n_tokens = spans.end - spans.start
        row = torch.repeat_interleave(n_tokens)  # the span of each of their tokens, one by one
        before = n_tokens.cumsum(0) - n_tokens
        token = spans.start[row] + torch.arange(len(row), device=row.device) - before[row]
        total = hidden.new_zeros(len(n_tokens), hidden.shape[2]).index_add(
            0, row, hidden[spans.window[row], token]
        )
        pooled: Tensor = (
            self.first(hidden[spans.window, spans.start])
            + self.last(hidden[spans.window, spans.end - 1])
            + self.mean(total / n_tokens[:, None])
            + self.width(spans.width)
        )
        return pooled


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
        every = [
            F.pad(scores, (0, 0, 0, n_units - len(scores)))
            for scores in map(self.score, self.pool.by_width(hidden, candidates))
        ]
        return torch.stack(every)[candidates.width - 1, candidates.first]  # of (W, U, 1 + E)


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
        highest = empty.scatter_reduce(0, index, mentions.detach(), "amax")  # (N, H)
        sums = torch.zeros_like(highest).index_add(
            0, groups.group, torch.exp(mentions - highest[groups.group])
        )
        pooled: Tensor = highest + torch.log(sums)
        return pooled


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
        left, right = projected[pairs[:, 0]], projected[pairs[:, 1]]
        features = torch.cat([left * right, (left - right).abs(), strings], -1)
        scores: Tensor = self.score(features)
        return scores.squeeze(-1)


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
        known = _Known(
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
        parts = [self._ends(known, part) for part in pairs.split(PAIRS_AT_ONCE)]
        left, right, attention = (torch.cat(column) for column in zip(*parts, strict=True))
        subject_type, object_type = groups.type[pairs.index].unbind(1)
        types = subject_type * len(self.types) + object_type  # (P,)
        if allowed is None or allowed.all():
            logits = self._score(left, right, slice(None)) + self.types.flatten(0, 1)[types]
        else:
            logits = self._score_allowed(left, right, types, allowed)
        return logits, attention

    def _ends(self, known: "_Known", pairs: Pairs) -> tuple[Tensor, Tensor, Tensor]:
        """Represent subjects and objects, `(P, H)` each, and say where they look, `(P, T)`."""
        subject, object_ = pairs.index.unbind(1)
        groups = known.groups
        attention, context = self._look(known, subject, object_)
        subject_context, object_context = context.chunk(2, -1)  # (P, H) each
        distance_P = self.distance(pairs.distance)  # (P, H)  # noqa: N806
        left = known.subjects[subject] + subject_context + distance_P  # (P, H)
        right = known.objects[object_] + object_context + distance_P  # (P, H)
        if pairs.between is not None:
            tokens, order = pairs.between.tokens, pairs.between.order
            gap = range_maximum(known.hidden, groups.window[subject], tokens)  # (P, H)
            left = left + self.subject_between(gap) + self.subject_order(order)
            right = right + self.object_between(gap) + self.object_order(order)
        return self.dropout(torch.tanh(left)), self.dropout(torch.tanh(right)), attention

    def _score(self, left: Tensor, right: Tensor, classes: Tensor | slice) -> Tensor:
        """Return `(P, C)` logits of some classes but for what the types say."""
        block = self.block_size
        weight, bias = self.bilinear.weight[classes], self.bilinear.bias[classes]
        logits = []
        for subjects, objects in zip(
            torch.split(left, PAIRS_AT_ONCE), torch.split(right, PAIRS_AT_ONCE), strict=True
        ):
            columns = torch.unflatten(subjects, 1, (-1, block, 1))
            outer = columns * torch.unflatten(objects, 1, (-1, 1, block))  # blocks of each pair
            logits.append(F.linear(outer.flatten(1), weight, bias))
        return torch.cat(logits)

    def _score_allowed(self, left: Tensor, right: Tensor, types: Tensor, allowed: Tensor) -> Tensor:
        """Return `(P, 1 + R)` logits: each pair is only asked what may join its types.

        A corpus of many relation types knows few for any two entity types.
        """
        asked = F.pad(allowed.flatten(0, 1), (1, 0), value=True)  # (E * E, 1 + R)
        logits = left.new_full((len(left), asked.shape[1]), -torch.inf)
        counts = torch.bincount(types, minlength=len(asked)).tolist()
        of_types = torch.split(torch.argsort(types, stable=True), counts)
        for both, rows in enumerate(of_types):
            if len(rows):
                classes = asked[both].nonzero().squeeze(1)
                scores = self._score(left[rows], right[rows], classes)
                scores = scores + self.types.flatten(0, 1)[both, classes]
                logits[rows[:, None], classes] = scores
        return logits

    def _look(self, known: "_Known", subject: Tensor, object_: Tensor) -> tuple[Tensor, Tensor]:
        """Return the `(P, T)` attention, and what it sees, for subject and object, `(P, 2 H)`."""
        queries = known.subject_queries[subject] + known.object_queries[object_]
        queries = queries / queries.shape[-1] ** 0.5  # (P, H / 2)
        counts = torch.bincount(known.groups.window[subject], minlength=len(known.mask)).tolist()
        attentions, contexts = [], []
        for window, own in enumerate(queries.split(counts)):  # window by window: T keys each
            if len(own):
                scores = own @ known.keys[window].T
                attention = scores.masked_fill(~known.mask[window], -torch.inf).softmax(-1)
                attentions.append(attention)
                contexts.append(attention @ known.contexts[window])
        return torch.cat(attentions), torch.cat(contexts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
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
        rows = ((lengths >= width) & (lengths < 2 * width)).nonzero().squeeze(1)
        if len(rows):
            first, last = table[window[rows], start[rows]], table[window[rows], end[rows] - width]
            maxima = maxima.index_put((rows,), torch.maximum(first, last))
        if table.shape[1] > width:
            table = torch.maximum(table[:, :-width], table[:, width:])
        width *= 2
    return maxima


class JointModel(nn.Module):
    """Encoder and heads; `training` and `extractor.py` call its parts in turn."""

    encoder_prefix = "encoder.base."
    """How the names of the pretrained parameters begin."""

    allowed: Tensor

    def __init__(self, encoder: PreTrainedModel, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        if config.encoder_layers:
            keep_layers(encoder, config.encoder_layers)
        self.encoder = Encoder(encoder)
        hidden_size = self.encoder.hidden_size
        self.mention_head = MentionHead(hidden_size, config)
        self.group_pooler = GroupPooler(hidden_size, config.max_width)
        self.coreference_head = CoreferenceHead(hidden_size, config)
        self.relation_head = RelationHead(hidden_size, config)
        n_types, n_relations = len(config.entity_types), len(config.relation_types)
        # Which relation may join which types: what the training data show, all of it if unset.
        self.register_buffer("allowed", torch.ones(n_types, n_types, n_relations, dtype=torch.bool))
