"""How a model is run; light, so that settings can nest it where no model is installed."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractorConfig:
    """How a model is run; only thresholds, and slightly `precision`, change what it finds."""

    device: str = "auto"
    """`auto` (CUDA if there is one, else CPU), `cpu`, `cuda` or `cuda:1`."""
    engine: Literal["auto", "torch", "onnx"] = "auto"
    """What computes: `torch`, or `onnx` for ONNX Runtime, on a processor, in float32, with encoders
    of BERT's kind; `auto`: `onnx` where it can, because it is faster there, else `torch`."""
    threads: Annotated[int, Field(ge=1)] | None = None
    """Processor threads that reading uses, all together; unset: one a processor, or with torch as
    many as it would use in the thread that asks. Nothing else computes with more or fewer."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """What the encoder computes in; `auto`: `bfloat16` with CUDA, else `float32`. In bfloat16
    confidences differ in the third decimal with what else is read at the same time."""
    batch_tokens: Annotated[int, Field(ge=0)] = 0
    """Tokens in one batch, padding included; 0: 1024 on a processor, 4096 elsewhere. More is faster
    on a GPU and takes more memory."""
    mention_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """Lowest confidence of any reported mention; unset: the calibrated one."""
    relation_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    """Lowest confidence of a reported relation; unset: the calibrated one."""
