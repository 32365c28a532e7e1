"""Low-rank adapters (LoRA): the encoder stays as pretrained, small matrices beside it learn.

They are merged into the weights before a checkpoint is written, so loading one needs no PEFT.
"""

import copy
from dataclasses import dataclass

from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from extractors.network import Network
from extractors.training.validation import ShareBelowOne, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraConfig:
    """Adapters on all linear layers of the encoder."""

    rank: Whole = 0
    """Width of the adapters; 0: none, the whole encoder is trained."""
    alpha: Whole = 16
    """What they add counts `alpha / rank`."""
    dropout: ShareBelowOne = 0.0


def add_adapters(encoder: PreTrainedModel, config: LoraConfig) -> None:
    """Freeze an encoder and put adapters that learn on all its linear layers."""
    import peft  # takes seconds to load, and only this needs it

    # GPT-2 keeps its matrices transposed.
    transposed = any(isinstance(module, Conv1D) for module in encoder.modules())
    peft.inject_adapter_in_model(
        peft.LoraConfig(
            r=config.rank,
            lora_alpha=config.alpha,
            lora_dropout=config.dropout,
            target_modules="all-linear",
            fan_in_fan_out=transposed,
        ),
        encoder,
    )


def merged(model: Network) -> Network:
    """Return a model without adapters that computes the same; the model itself if it has none."""
    if not any("lora_" in name for name, _ in model.named_parameters()):
        return model
    from peft.tuners.tuners_utils import BaseTunerLayer

    plain = copy.deepcopy(model)
    for name, module in list(plain.named_modules()):
        if isinstance(module, BaseTunerLayer):
            module.merge(safe_merge=True)
            plain.set_submodule(name, module.get_base_layer())
    return plain
