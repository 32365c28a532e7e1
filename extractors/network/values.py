"""The shape of the network, and the arrays that pass between its parts.

Axes, here and in every module of the network: **B** windows, **T** tokens, **U** units, **S**
spans, **W** the widest of them, **M** mentions, **N** groups of mentions that stand for one entity,
**P** pairs of groups, **H** hidden, **D** the heads' width, **C** classes that are asked, **E**
entity types, **R** relation types.
Units, spans, groups and pairs of all windows of a batch lie in one list: nothing is padded but the
encoder's input.

What is put together from windows are numpy's arrays; the network of torch is given the same as
tensors, and `A` stands for either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal

from pydantic import Field
from typing_extensions import TypeVar

if TYPE_CHECKING:
    from torch import Tensor  # only what trains has it

A = TypeVar("A", default="Tensor")

N_STRING_FEATURES = 9
"""How many numbers say how alike two names are spelled."""

DISTANCE_BUCKETS = 6
"""Sentence bounds between two entities are counted up to one less."""

ORDER_BUCKETS = 16
"""Half of them for each order of two entities, one for each power of two of units between them."""


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
    structure: bool = False
    """Whether the encoder is told what kind of line each token stands in: heading, item, row, …"""
    guides: tuple[str, ...] = ()
    """Names of labelling guides that a training text may be marked with; training fills them in."""
    between: bool = False
    """Whether a pair also reads what stands between its closest mentions, by the maximum of it, how
    much that is, and which of the two comes first."""
    relation_loss: Literal["bce", "focal", "adaptive_threshold", "brier"] = "adaptive_threshold"
    """What the relation head is trained with; decides whether class 0 is a learned threshold."""


@dataclass(frozen=True, slots=True)
class Group:
    """Mentions of one window taken as one entity, as unit ranges."""

    type: int
    mentions: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Inputs(Generic[A]):
    """What the encoder reads: windows of one batch, padded to the longest."""

    token_ids: A
    """`(B, T)` int64."""
    shapes: A
    """`(B, T)` int64."""
    structures: A
    """`(B, T)` int64."""
    mask: A
    """`(B, T)` bool, true where there is a token."""


@dataclass(frozen=True, slots=True)
class Candidates(Generic[A]):
    """What could be mentions: the units of all windows in one list, and ranges of them."""

    window: A
    """`(U,)` which window."""
    start: A
    """`(U,)` each unit's first token."""
    end: A
    """`(U,)` the token after its last."""
    first: A
    """`(S,)` the unit each candidate begins with."""
    width: A
    """`(S,)` number of its units, from 1."""


@dataclass(frozen=True, slots=True)
class Spans(Generic[A]):
    """Spans of tokens anywhere in a batch."""

    window: A
    """`(S,)` which window."""
    start: A
    """`(S,)` first token."""
    end: A
    """`(S,)` the token after the last."""
    width: A
    """`(S,)` number of units."""


@dataclass(frozen=True, slots=True)
class Groups(Generic[A]):
    """Mentions taken as entities."""

    mentions: Spans[A]
    group: A
    """`(M,)` the group of each mention; groups are numbered by window."""
    type: A
    """`(N,)` entity type."""
    window: A
    """`(N,)` which window."""


@dataclass(frozen=True, slots=True)
class Pairs(Generic[A]):
    """Ordered pairs of groups, sorted by window."""

    index: A
    """`(P, 2)` subject and object among the groups of the batch."""
    distance: A
    """`(P,)` how many sentences lie between them, cut at `DISTANCE_BUCKETS - 1`."""
    between: "Between[A] | None"
    """For models that read it."""

    def split(self, size: int) -> Iterator["Pairs[A]"]:
        """Yield the pairs in parts of at most so many."""
        index: Any = self.index
        for first in range(0, len(index), size):
            yield self.rows(slice(first, first + size))

    def rows(self, part: slice) -> "Pairs[A]":
        """Return some of the pairs."""
        index: Any = self.index
        distance: Any = self.distance
        between: Any = self.between
        some = between and Between(between.tokens[part], between.order[part])
        return Pairs(index[part], distance[part], some)


@dataclass(frozen=True, slots=True)
class Between(Generic[A]):
    """What stands between the closest mentions of each pair."""

    tokens: A
    """`(P, 2)` the first token and the one after the last."""
    order: A
    """`(P,)` how many units, as the bits of that number, and `ORDER_BUCKETS / 2` more where the
    object comes first."""
