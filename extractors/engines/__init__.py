"""What runs a network: torch, or ONNX Runtime; each is loaded when a model is opened with it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from extractors.engines.choosing import choose_engine
from extractors.engines.protocol import Engine, Seen

if TYPE_CHECKING:
    from extractors.engines.onnx_engine import OnnxEngine
    from extractors.engines.sentences import SENTENCE_MODELS, SentenceEncoder, SentenceModel
    from extractors.engines.torch_engine import TorchEngine, open_in_torch

__all__ = [
    "SENTENCE_MODELS",
    "Engine",
    "OnnxEngine",
    "Seen",
    "SentenceEncoder",
    "SentenceModel",
    "TorchEngine",
    "choose_engine",
    "open_in_torch",
]


_MODULE_BY_NAME = {
    "OnnxEngine": "onnx_engine",
    "SENTENCE_MODELS": "sentences",
    "SentenceEncoder": "sentences",
    "SentenceModel": "sentences",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = _MODULE_BY_NAME.get(name, "torch_engine")
    return getattr(import_module(f"{__name__}.{module}"), name)
