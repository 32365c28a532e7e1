"""What runs a network: torch, or ONNX Runtime; each is loaded when a model is opened with it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from extractors.engines.choosing import choose_engine
from extractors.engines.protocol import Engine, Seen

if TYPE_CHECKING:
    from extractors.engines.onnx_engine import OnnxEngine
    from extractors.engines.torch_engine import TorchEngine, open_in_torch

__all__ = [
    "Engine",
    "OnnxEngine",
    "Seen",
    "TorchEngine",
    "choose_engine",
    "open_in_torch",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "onnx_engine" if name == "OnnxEngine" else "torch_engine"
    return getattr(import_module(f"{__name__}.{module}"), name)
