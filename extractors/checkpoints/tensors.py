"""The tensors that a joint model on a BERT consists of, by name, and how large each is."""

from collections.abc import Iterator

from extractors.network import DISTANCE_BUCKETS, N_STRING_FEATURES, ORDER_BUCKETS, ModelConfig
from extractors.pretrained import BertShape
from extractors.text import SHAPES, STRUCTURES

Shape = tuple[int, ...]


def expected_shapes(config: ModelConfig, encoder: BertShape) -> dict[str, Shape]:
    """Return the shape of every tensor of a model; those of `JointModel.state_dict()`."""
    return dict([*_of_encoder(config, encoder), *_of_heads(config, encoder.hidden)])


def _of_encoder(config: ModelConfig, encoder: BertShape) -> Iterator[tuple[str, Shape]]:
    hidden, inner = encoder.hidden, encoder.inner
    yield "encoder.shapes.weight", (len(SHAPES), hidden)
    if config.structure:
        yield "encoder.structures.weight", (len(STRUCTURES), hidden)
    if config.guides:
        yield "encoder.guides.weight", (1 + len(config.guides), hidden)
    embeddings = "encoder.base.embeddings"
    yield f"{embeddings}.word_embeddings.weight", (encoder.words, hidden)
    yield f"{embeddings}.position_embeddings.weight", (encoder.positions, hidden)
    yield f"{embeddings}.token_type_embeddings.weight", (encoder.kinds, hidden)
    yield from _norm(f"{embeddings}.LayerNorm", hidden)
    for number in range(config.encoder_layers or encoder.layers):
        layer = f"encoder.base.encoder.layer.{number}"
        for name in ("attention.self.query", "attention.self.key", "attention.self.value"):
            yield from _linear(f"{layer}.{name}", hidden, hidden)
        yield from _linear(f"{layer}.attention.output.dense", hidden, hidden)
        yield from _linear(f"{layer}.intermediate.dense", inner, hidden)
        yield from _linear(f"{layer}.output.dense", hidden, inner)
        yield from _norm(f"{layer}.attention.output.LayerNorm", hidden)
        yield from _norm(f"{layer}.output.LayerNorm", hidden)


def _of_heads(config: ModelConfig, hidden: int) -> Iterator[tuple[str, Shape]]:
    n_types, n_relations = len(config.entity_types), len(config.relation_types)
    size, half = config.head_size, config.head_size // 2
    yield "allowed", (n_types, n_types, n_relations)
    for pool, width in (("mention_head.pool", size), ("group_pooler.pool", hidden)):
        yield from _linear(f"{pool}.first", width, hidden)
        yield f"{pool}.last.weight", (width, hidden)
        yield f"{pool}.mean.weight", (width, hidden)
        yield f"{pool}.width.weight", (1 + config.max_width, width)
    yield from _linear("mention_head.score.2", 1 + n_types, size)
    yield from _linear("coreference_head.project", half, hidden)
    yield from _linear("coreference_head.score.1", half, 2 * half + N_STRING_FEATURES)
    yield from _linear("coreference_head.score.3", 1, half)
    relation = "relation_head"
    for end in ("subject", "object"):
        yield from _linear(f"{relation}.{end}", hidden, hidden)
        yield f"{relation}.{end}_context.weight", (hidden, hidden)
        yield from _linear(f"{relation}.{end}_query", hidden // 2, hidden)
        yield f"{relation}.{end}_type.weight", (n_types, hidden)
        if config.between:
            yield f"{relation}.{end}_between.weight", (hidden, hidden)
            yield f"{relation}.{end}_order.weight", (ORDER_BUCKETS, hidden)
    yield from _linear(f"{relation}.key", hidden // 2, hidden)
    yield f"{relation}.distance.weight", (DISTANCE_BUCKETS, hidden)
    yield from _linear(f"{relation}.bilinear", 1 + n_relations, hidden * config.block_size)
    yield f"{relation}.types", (n_types, n_types, 1 + n_relations)


def _linear(name: str, n_out: int, n_in: int) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.weight", (n_out, n_in)
    yield f"{name}.bias", (n_out,)


def _norm(name: str, size: int) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.weight", (size,)
    yield f"{name}.bias", (size,)
