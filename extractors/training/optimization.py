"""Optimisers and learning-rate schedules by name, and which parameter learns how fast."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import torch
from torch import nn
from torch.optim import Optimizer

from extractors.network import Network
from extractors.training.validation import Count, OneOf, Share, ShareBelowOne, Weight, Whole

Groups = list[dict[str, Any]]

OPTIMIZERS: dict[str, Callable[[Groups], Optimizer]] = {
    "adamw": lambda groups: torch.optim.AdamW(groups, fused=True),
    "adam": lambda groups: torch.optim.Adam(groups, fused=True),
    "sgd": lambda groups: torch.optim.SGD(groups, momentum=0.9),
    "adafactor": lambda groups: torch.optim.Adafactor(groups),
}


LearningRateSchedule = Literal["constant", "linear", "cosine", "trapezoid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConfig:
    """Steps and learning rates."""

    epochs: Whole = 20
    """0: nothing is learned, and no training file read; the model that training would start from is
    judged by dev, calibrated on it and saved, mixed with others if the configuration says so."""
    batch_windows: Count = 4
    accumulate: Count = 1
    """Batches whose gradients are added up for one step of the optimizer; several processes share
    them, and it is raised to a multiple of their number."""
    optimizer: Annotated[str, OneOf(OPTIMIZERS)] = "adamw"
    """A name in `OPTIMIZERS`."""
    encoder_learning_rate: Weight = 2e-4
    head_learning_rate: Weight = 8e-4
    layer_decay: Share = 1.0
    """What each layer's learning rate is multiplied by for the layer below; 1: all the same."""
    weight_decay: Weight = 0.01
    learning_rate_schedule: LearningRateSchedule = "trapezoid"
    """How the learning rate goes on after the warm-up."""
    warm_up: Share = 0.06
    """Share of all steps in which the learning rate rises from 0."""
    cool_down: Share = 0.5
    """Share of all steps, the last ones, in which a trapezoid falls to 0; before that it stays."""
    clip: Weight = 1.0
    """Largest norm of the gradient."""
    average: ShareBelowOne = 0.995
    """Decay of the running mean of the weights, which is what is evaluated and saved; 0: none."""
    misread_after: Whole = 2
    """Epochs before misread mentions are shown to the relation head."""
    freeze_embeddings: bool = True
    """Whether token embeddings stay as pretrained, which keeps the checkpoint small."""
    patience: Whole = 0
    """Stop after so many epochs without a better dev score; 0: never."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """What the encoder computes in: `float32`, `bfloat16`, or `auto`, which is `bfloat16` on a GPU
    and `float32` elsewhere. Weights and heads are always `float32`."""
    threads: Whole = 0
    """Processor threads; 0: what torch chooses."""


def learning_rate_share(step: int, total: int, schedule: ScheduleConfig) -> float:
    """Return the share of the full learning rate that a step, counted from 1, learns with."""
    left = total - step + 1  # the last step still moves something
    rise, fall = max(schedule.warm_up * total, 1), max(schedule.cool_down * total, 1)
    still = min(1.0, left / max(total - schedule.warm_up * total, 1))
    match schedule.learning_rate_schedule:
        case "trapezoid":
            after = left / fall
        case "linear":
            after = still
        case "cosine":
            after = (1 - math.cos(math.pi * still)) / 2
        case _:
            after = 1.0
    return min(1.0, step / rise, after)


def build_optimizer(model: Network, schedule: ScheduleConfig) -> Optimizer:
    """Return the optimizer of a schedule; each group of parameters keeps its `full_lr`.

    Matrices decay, vectors (biases, norms) do not. The encoder's layers learn the slower the
    further they lie below the heads, if the schedule says so.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    depths = _depths(model)
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        rate = schedule.head_learning_rate
        if name in depths:
            rate = schedule.encoder_learning_rate * schedule.layer_decay ** depths[name]
        # A bias or the gain of a norm says where things lie, not how much they weigh.
        decay = schedule.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return OPTIMIZERS[schedule.optimizer](
        [
            {"params": parameters, "lr": rate, "full_lr": rate, "weight_decay": decay}
            for (rate, decay), parameters in groups.items()
        ]
    )


def _depths(model: Network) -> dict[str, int]:
    """Return for each parameter of the encoder how many layers lie above its own."""
    layers: dict[str, int | None] = {}
    for name, _ in model.named_parameters():
        if name.startswith(model.encoder_prefix):
            layer = re.search(r"\.(\d+)\.", name)
            below_all = re.search(r"embed|wte|wpe", name)
            # Embeddings lie below the first layer; what has no number lies above all of them.
            layers[name] = 1 + int(layer[1]) if layer else 0 if below_all else None
    top = max((layer for layer in layers.values() if layer is not None), default=0)
    return {name: 0 if layer is None else top - layer for name, layer in layers.items()}
