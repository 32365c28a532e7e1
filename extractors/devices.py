"""What an encoder computes in: float32, or bfloat16 where there are units for it."""

import logging

import torch

from extractors.errors import ConfigError

logger = logging.getLogger(__name__)

PRECISIONS = ("auto", "float32", "bfloat16")
"""`auto` is `bfloat16` on a GPU and `float32` on a processor."""


def uses_bfloat16(precision: str, device: torch.device) -> bool:
    """Say whether an encoder computes in bfloat16 on a device; warns where that is slow.

    Raises:
        ConfigError: There is no such precision.
    """
    if precision not in PRECISIONS:
        known = ", ".join(PRECISIONS)
        raise ConfigError(f"no precision is called {precision!r}: known are {known}", "precision")
    wanted = precision == "bfloat16" or (precision == "auto" and device.type == "cuda")
    if wanted and device.type == "cpu" and not has_bfloat16_units():
        logger.warning("this processor has no units for bfloat16: float32 is faster on it")
    return wanted


def has_bfloat16_units() -> bool:
    """Say whether the processor multiplies matrices of bfloat16; so does a torch that cannot tell.

    `avx512_bf16` alone is not enough: its dot products gain nothing over float32.
    """
    capabilities = getattr(torch.cpu, "get_capabilities", None)
    return capabilities is None or any(
        capabilities().get(name, False) for name in ("amx_bf16", "bf16", "sme")
    )
