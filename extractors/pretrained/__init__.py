"""Pretrained encoders, one module a source of weights."""

from extractors.pretrained.encoders import (
    READ_SAFELY,
    empty_encoder,
    encoder_config,
    load_encoder,
    load_tokenizer,
    most_tokens,
    unreadable,
    weights_sha256,
    without_pooler,
)
from extractors.pretrained.quiet import no_progress_bar, no_remarks
from extractors.pretrained.sources import (
    SOURCES,
    FoundEncoder,
    WeightSource,
    bytes_to_fetch,
    find_encoder,
    names_without_hub,
)

__all__ = [
    "READ_SAFELY",
    "SOURCES",
    "FoundEncoder",
    "WeightSource",
    "bytes_to_fetch",
    "empty_encoder",
    "encoder_config",
    "find_encoder",
    "load_encoder",
    "load_tokenizer",
    "most_tokens",
    "names_without_hub",
    "no_progress_bar",
    "no_remarks",
    "unreadable",
    "weights_sha256",
    "without_pooler",
]
