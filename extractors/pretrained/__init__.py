"""Pretrained encoders, one module a source of weights.

Where they come from, and what is in a folder with a BERT, is found out without torch; what needs
transformers is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from extractors.pretrained.bert import (
    BertShape,
    read_shape,
    read_tokenizer,
    read_weights,
    weights_digest,
)
from extractors.pretrained.onnx_format import FLOAT, INT32, INT64, ModelProto, fill_tensor
from extractors.pretrained.sources import (
    SOURCES,
    FoundEncoder,
    WeightSource,
    bytes_to_fetch,
    find_encoder,
    is_surely_bert,
    names_without_hub,
)

if TYPE_CHECKING:
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

__all__ = [
    "FLOAT",
    "INT32",
    "INT64",
    "READ_SAFELY",
    "SOURCES",
    "BertShape",
    "FoundEncoder",
    "ModelProto",
    "WeightSource",
    "bytes_to_fetch",
    "empty_encoder",
    "encoder_config",
    "fill_tensor",
    "find_encoder",
    "is_surely_bert",
    "load_encoder",
    "load_tokenizer",
    "most_tokens",
    "names_without_hub",
    "no_progress_bar",
    "no_remarks",
    "read_shape",
    "read_tokenizer",
    "read_weights",
    "unreadable",
    "weights_digest",
    "weights_sha256",
    "without_pooler",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "quiet" if name in ("no_progress_bar", "no_remarks") else "encoders"
    return getattr(import_module(f"{__name__}.{module}"), name)
