"""What numbers a training configuration may hold."""

import math
from dataclasses import dataclass
from operator import attrgetter

from extractors.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, to which `high` itself may not belong."""

    low: float = 0
    high: float = math.inf
    open: bool = False

    def __contains__(self, number: float) -> bool:  # not a number is in no range
        below = number < self.high if self.open else number <= self.high
        return self.low <= number and below and math.isfinite(number)

    def __str__(self) -> str:
        if math.isinf(self.high):
            return f"at least {self.low:g}"
        return f"from {self.low:g} to {'below ' if self.open else ''}{self.high:g}"


_ANY, _COUNT, _SHARE = Range(0), Range(1), Range(0, 1)
_BELOW_ONE = Range(0, 1, open=True)

RANGES = {
    "held_out": _ANY,
    "type_constraints": _ANY,
    "target_precision": _SHARE,
    "argument_share": _SHARE,
    "model.encoder_layers": _ANY,
    "model.max_width": _COUNT,
    "model.window_tokens": _COUNT,
    "model.overlap_tokens": _ANY,
    "model.head_size": Range(2),
    "model.block_size": _COUNT,
    "model.dropout": _BELOW_ONE,
    "model.sentences_apart": Range(-1),
    "objective.coreference_weight": _ANY,
    "objective.evidence_weight": _ANY,
    "objective.unlabelled_share": _SHARE,
    "objective.wrong_mentions": _ANY,
    "objective.shape_dropout": _SHARE,
    "objective.consistency_weight": _ANY,
    "objective.attention_dropout": Range(-1, 1, open=True),
    "objective.token_dropout": _SHARE,
    "objective.swapped_names": _SHARE,
    "schedule.epochs": _COUNT,
    "schedule.batch_windows": _COUNT,
    "schedule.accumulate": _COUNT,
    "schedule.encoder_learning_rate": _ANY,
    "schedule.head_learning_rate": _ANY,
    "schedule.layer_decay": _SHARE,
    "schedule.weight_decay": _ANY,
    "schedule.warm_up": _SHARE,
    "schedule.cool_down": _SHARE,
    "schedule.clip": _ANY,
    "schedule.average": _BELOW_ONE,
    "schedule.start_share": _SHARE,
    "schedule.misread_after": _ANY,
    "schedule.patience": _ANY,
    "schedule.threads": _ANY,
    "lora.rank": _ANY,
    "lora.alpha": _ANY,
    "lora.dropout": _BELOW_ONE,
    "distillation.weight": _ANY,
}
"""By the path of a setting. Every number of a configuration has one, but for the seed."""


def check_ranges(config: object) -> None:
    """Refuse numbers that mean nothing.

    Raises:
        ConfigError: Names the first, and what it may be.
    """
    for key, range_ in RANGES.items():
        number = attrgetter(key)(config)
        if number not in range_:
            raise ConfigError(f"{key} should be {range_}, not {number}", key)
