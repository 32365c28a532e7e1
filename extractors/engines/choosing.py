"""Which engine reads with a model: what the settings name, or the faster one of those there are."""

from importlib import util
from pathlib import Path

from extractors.checkpoints import obstacle
from extractors.config import ExtractorConfig
from extractors.errors import ConfigError
from extractors.faults import library_faults

ENGINES = ("auto", "torch", "onnx")


def choose_engine(folder: Path, config: ExtractorConfig) -> str:
    """Return `torch` or `onnx`.

    `auto` is ONNX Runtime on a processor, where it is faster in float32 (decision 0016), and torch
    for all that only torch can do: a GPU, bfloat16, other encoders than BERTs, token classifiers.

    Raises:
        ConfigError: The engine that is asked for cannot read with this model, or the one that could
            is not installed; names the extra.
        CheckpointError: The model's configuration cannot be read.
    """
    if config.engine not in ENGINES:
        choices = ", ".join(ENGINES)
        raise ConfigError(f"no engine is called {config.engine!r}: known are {choices}", "engine")
    if config.engine == "torch":
        _check_torch("the engine torch")
        return "torch"
    reason = _only_torch(config) or _without_runtime() or obstacle(folder)
    if config.engine == "onnx":
        if reason:
            raise ConfigError(f"the engine onnx cannot read with {folder.name}: {reason}", "engine")
        return "onnx"
    if reason or (config.device == "auto" and _has_gpu()):
        _check_torch(f"reading with {folder.name} ({reason})")
        return "torch"
    return "onnx"


def _only_torch(config: ExtractorConfig) -> str:
    """Return what the settings ask for that only torch can do."""
    if config.device.partition(":")[0] not in ("auto", "cpu"):
        return f"ONNX Runtime computes on the processor here, and the device is {config.device}"
    if config.precision not in ("auto", "float32"):
        return f"ONNX Runtime computes in float32 here, and the precision is {config.precision}"
    return ""


def _without_runtime() -> str:
    if util.find_spec("onnxruntime"):
        return ""
    return "ONNX Runtime is not installed: install the extra `read`"


def _has_gpu() -> bool:
    if util.find_spec("torch") is None:
        return False
    with library_faults():
        import torch  # nothing else says for sure whether torch would find one

    return torch.cuda.is_available()


def _check_torch(what: str) -> None:
    missing = [name for name in ("torch", "transformers") if util.find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"{what} needs {' and '.join(missing)}, not installed here: install the extra "
            "`extract`",
            "engine",
        )
